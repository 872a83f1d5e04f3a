"""Settings that are the same in every service and every environment."""

from datetime import timedelta
from typing import Any

INSTALLED_APPS = [
    "chassis",  # before the admin and the REST framework, whose templates it dresses
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_standardized_errors",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "shared_events",
    "shared_events.drift",
]

# What every answer goes through, whoever gives it.
OUTER_MIDDLEWARE = [
    "chassis.metrics.requests.MetricsMiddleware",
    "chassis.request_id.RequestIdMiddleware",
    "chassis.headers.HeadersMiddleware",
    "chassis.body_length.BodyLengthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
# What only those need whom a view has to answer.
INNER_MIDDLEWARE = [
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "chassis.health.ProbeMiddleware",  # before the first that reads the host
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
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
                "chassis.pages.service",
            ]
        },
    }
]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "chassis.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["chassis.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "chassis.openapi.schema.ContractSchema",
    "DEFAULT_THROTTLE_CLASSES": ["chassis.throttles.Throttle"],
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
}

DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "chassis.errors.ProblemHandler",
    "EXCEPTION_FORMATTER_CLASS": "chassis.errors.ProblemFormatter",
}

# https://docs.celeryq.dev/en/stable/userguide/configuration.html; no remote control means no exclusive queue.
CELERY = {
    "CELERY_ACCEPT_CONTENT": ["json"],
    "CELERY_TASK_SERIALIZER": "json",
    "CELERY_TASK_IGNORE_RESULT": True,
    "CELERY_WORKER_ENABLE_REMOTE_CONTROL": False,
    "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
    "CELERY_WORKER_REDIRECT_STDOUTS": False,
    "CELERY_BROKER_CHANNEL_ERROR_RETRY": True,
    "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
    "CELERY_BROKER_CONNECTION_MAX_RETRIES": None,
    "CELERY_BROKER_HEARTBEAT": 30,
    # Seconds that an answer is waited for, as nothing else is done meanwhile, and no heartbeat sent: a queue
    # whose leader was cut off may owe it for good.
    "CELERY_BROKER_TRANSPORT_OPTIONS": {"read_timeout": 10},
    # Seconds; a batch that hangs must end long before the broker takes its messages back after 30 minutes.
    "CELERY_TASK_TIME_LIMIT": 120,
    "CELERY_TIMEZONE": "UTC",
}

# https://django-axes.readthedocs.io/en/latest/4_configuration.html; counted in the service's own database.
LOCKOUT = {
    "AUTHENTICATION_BACKENDS": [
        "axes.backends.AxesStandaloneBackend",
        "django.contrib.auth.backends.ModelBackend",
    ],
    "AXES_FAILURE_LIMIT": 10,
    "AXES_COOLOFF_TIME": timedelta(minutes=15),
    # Many names from one address, and many addresses against one name.
    "AXES_LOCKOUT_PARAMETERS": ["ip_address", "username"],
    # Whoever goes on guessing keeps nobody out for longer.
    "AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT": False,
    "AXES_RESET_ON_SUCCESS": True,
    "AXES_CLIENT_IP_CALLABLE": "chassis.lockout.address",
    "AXES_LOCKOUT_CALLABLE": "chassis.lockout.refuse",
    "AXES_DISABLE_ACCESS_LOG": True,
    "AXES_VERBOSE": False,
}

SETTINGS: dict[str, Any] = {
    "TEMPLATES": TEMPLATES,
    "DRF_STANDARDIZED_ERRORS": DRF_STANDARDIZED_ERRORS,
    "USE_TZ": True,
    "TIME_ZONE": "UTC",
    "LANGUAGE_CODE": "en",
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    # A redirect would turn a POST without the last slash into a GET: chassis.errors redirects reads alone.
    "APPEND_SLASH": False,
    "AUTH_PASSWORD_VALIDATORS": [
        {"NAME": f"django.contrib.auth.password_validation.{name}"}
        for name in (
            "UserAttributeSimilarityValidator",
            "MinimumLengthValidator",
            "CommonPasswordValidator",
            "NumericPasswordValidator",
        )
    ],
    # Only the staff has messages, and the staff has a session: no request has to look for a cookie of them.
    "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
    "SESSION_COOKIE_AGE": 8 * 3600,
    **LOCKOUT,
    **CELERY,
}
