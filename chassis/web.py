"""The settings of what is served over HTTP, read from the environment."""

from collections.abc import Sequence
from typing import Any

from chassis import defaults
from chassis.environment import flag, names, number, read
from chassis.rates import rate
from chassis.tracing import wanted

# The longest post, with every character escaped as \uXXXX\uXXXX, fits.
LARGEST_BODY = 1024 * 1024
LOCAL_HOSTS = "localhost,127.0.0.1,[::1]"
RATE_MEND = 'set it like 60/m, or to "off"'


def settings(service: str, *, in_production: bool, own_middleware: Sequence[str]) -> dict[str, Any]:
    """Who is let in, under which addresses, how often, and what is rendered."""
    return {
        **_security(service),
        **_static(service),
        "MIDDLEWARE": [
            *([wanted.MIDDLEWARE] if wanted.is_wanted() else []),
            *defaults.OUTER_MIDDLEWARE,
            *own_middleware,
            *defaults.INNER_MIDDLEWARE,
        ],
        "REST_FRAMEWORK": _rest_framework(in_production=in_production),
        "REQUIRE_IF_MATCH": read("REQUIRE_IF_MATCH", flag, default="false", mend="set it to true or false"),
        "THROTTLE": {
            "READS": read("THROTTLE_READS", rate, default="600/m", mend=RATE_MEND),
            "WRITES": read("THROTTLE_WRITES", rate, default="60/m", mend=RATE_MEND),
            "COUNTERS": read("THROTTLE_COUNTERS", str, default="", mend="leave it out, or name a file"),
        },
    }


def _security(service: str) -> dict[str, Any]:
    # Four services share one host: a cookie without the service's name would log a person out of the others.
    return {
        "SECRET_KEY": read("SECRET_KEY", str, mend="set it to a long random text"),
        "DEBUG": read("DEBUG", flag, default="false", mend="set it to true or false"),
        "ALLOWED_HOSTS": read("ALLOWED_HOSTS", names, default=LOCAL_HOSTS, mend="set it to host names"),
        "SESSION_COOKIE_NAME": f"{service}_sessionid",
        "CSRF_COOKIE_NAME": f"{service}_csrftoken",
        "SESSION_COOKIE_PATH": f"/{service}/",
        "CSRF_COOKIE_PATH": f"/{service}/",
        "CSRF_FAILURE_VIEW": "chassis.unhandled.csrf_failure",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": LARGEST_BODY,
    }


def _static(service: str) -> dict[str, Any]:
    # Static files are served from the packages they come in; nothing has to be collected first.
    return {
        "STATIC_URL": f"/{service}/static/",
        "WHITENOISE_USE_FINDERS": True,
        "LOGIN_URL": f"/{service}/api/auth/login/",
        "LOGIN_REDIRECT_URL": f"/{service}/",
    }


def _rest_framework(*, in_production: bool) -> dict[str, Any]:
    shown = read(
        "BROWSABLE_API", flag, default=str(not in_production), mend="set it to true or false, or leave it out"
    )
    proxies = read(
        "TRUSTED_PROXIES", number, default="0", mend="set it to how many proxies write X-Forwarded-For"
    )
    return {
        **defaults.REST_FRAMEWORK,
        "DEFAULT_RENDERER_CLASSES": [
            "rest_framework.renderers.JSONRenderer",
            *(["rest_framework.renderers.BrowsableAPIRenderer"] if shown else []),
        ],
        "NUM_PROXIES": proxies,
    }
