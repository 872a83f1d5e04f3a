"""The queues of contestants that are none of ours."""

CELERY = "bench.tasks"
FASTSTREAM = "bench.faststream"
