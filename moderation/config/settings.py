from chassis.settings import service_settings
from shared_events.task_queue import task_queue

SETTINGS = service_settings("moderation", apps=["moderation", "chassis.idempotency"], colour="rust")
globals().update(SETTINGS)

# The judge looks every few seconds: it says what it did, and Celery need not say that it looked.
QUIET = {name: {"level": "WARNING"} for name in ("celery.beat", "celery.worker.strategy", "celery.app.trace")}
LOGGING = {**SETTINGS["LOGGING"], "loggers": {**SETTINGS["LOGGING"]["loggers"], **QUIET}}

# A hint to the judge must never hold up the worker that gives it: a broker that is away is not waited for.
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **SETTINGS["CELERY_BROKER_TRANSPORT_OPTIONS"],
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "write_timeout": 2,
}

# What the worker has taken it finishes before it ends: one hint beside the one at work, and not four.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1

# By name, and not over the default exchange: the broker lets a service write to what is its own alone.
TASKS = CELERY_TASK_DEFAULT_QUEUE = "moderation.judging"
# `topology` declares it: at run time nobody may.
SHARED_EVENTS = {**SETTINGS["SHARED_EVENTS"], "TASK_QUEUE": TASKS}
CELERY_TASK_QUEUES = [task_queue(TASKS)]
CELERY_WORKER_CONSUMER = "moderation.config.consumer:UndelayedConsumer"
CELERY_TASK_ROUTES = {"moderation.*": {"queue": TASKS, "exchange": TASKS, "routing_key": TASKS}}
# Hints may be lost, so somebody has to look by the clock; what nobody took in time is overtaken by the next.
CELERY_BEAT_SCHEDULER = "moderation.config.celery:ForgetfulScheduler"
CELERY_BEAT_SCHEDULE = {
    "judge what waits": {
        "task": "moderation.judge_waiting_cases",
        "schedule": 3.0,
        "options": {"expires": 3.0},
    },
}
