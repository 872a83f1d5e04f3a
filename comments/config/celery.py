import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comments.config.settings")

app = Celery("comments")
app.config_from_object("django.conf:settings", namespace="CELERY")
