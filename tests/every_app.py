"""Settings for the type checker alone, which has to know the models of all services at once."""

from datetime import timedelta
from typing import Any

SECRET_KEY = "nothing is ever signed with it"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "rest_framework",
    "chassis.idempotency",
    "shared_events",
    "shared_events.drift",
    "posts",
    "comments",
    "moderation",
    "query",
]
SHARED_EVENTS: dict[str, Any] = {}
SERVICE: dict[str, Any] = {}
JWT: dict[str, Any] = {}
REQUIRE_IF_MATCH = False
THROTTLE: dict[str, Any] = {}
AXES_COOLOFF_TIME = timedelta()
