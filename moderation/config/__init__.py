"""Wiring. Celery's app comes with it, so that a task knows its broker wherever it is sent from."""

from moderation.config.celery import app

__all__ = ["app"]
