"""A service of its own for the tests of this package; database and broker come from the environment."""

from datetime import timedelta

import environ

environment = environ.Env()

SECRET_KEY = "only for tests"
USE_TZ = True
DATABASES = {"default": environment.db_url("DATABASE_URL", default="sqlite:///:memory:")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3") and DATABASES["default"]["NAME"] != ":memory:":
    # A file, and not Django's in-memory test database: the processes under test open it as well.
    DATABASES["default"]["TEST"] = {"NAME": f"{DATABASES['default']['NAME']}.test"}
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        # Nothing here has to outlive a power cut: a commit does not wait for the disk.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF",
    }
# As in the services: a connection is kept from batch to batch.
DATABASES["default"] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
ROOT_URLCONF = "shared_events.tests.urls"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "/static/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "shared_events",
    "shared_events.drift",
    "shared_events.tests.example",
]
SHARED_EVENTS = {
    "SERVICE": "posts",
    "SHARED_USER": "guest",  # the broker of the tests has no other
    "AMQP_URL": environment.str("AMQP_URL", default="amqp://guest:guest@127.0.0.1:5672/%2F"),
    "LIVENESS_PATH": environment.str("LIVENESS_PATH", default=""),
    "METRICS_PORT": environment.int("METRICS_PORT", default=0),
    "DIGESTS_EVERY": timedelta(hours=environment.int("DIGESTS_EVERY_HOURS", default=0)) or None,
}
CELERY_BROKER_URL = SHARED_EVENTS["AMQP_URL"]
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_BROKER_HEARTBEAT = 30
CELERY_BROKER_TRANSPORT_OPTIONS = {"read_timeout": environment.int("READ_TIMEOUT", default=None)}
CELERY_TASK_TIME_LIMIT = environment.int("TASK_TIME_LIMIT", default=60)
CELERY_TASK_DEFAULT_QUEUE = "posts.tasks"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"shared_events": {"handlers": ["console"], "level": "INFO"}},
}
