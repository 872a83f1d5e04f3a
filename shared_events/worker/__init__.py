"""Hearing: a Celery worker that takes plain AMQP messages and applies them in batches."""
