"""Where lines go and from which level on: read from the environment, and alike for whoever writes them."""

import logging
import sys
from typing import Any

from chassis.environment import read
from chassis.logging import lines
from chassis.logging.filters import SaidElsewhere, Sampled

JSON, TERMINAL = FORMATS = ("json", "terminal")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

LOGGERS: dict[str, dict[str, Any]] = {
    # Django's own handlers would say it a second time.
    "django": {"handlers": [], "level": "INFO"},
    "django.server": {"handlers": [], "level": "INFO", "propagate": True},
    # What a client does wrong is told to the client.
    "django.request": {"level": "ERROR", "filters": ["said_elsewhere"]},
    "django.security.DisallowedHost": {"level": "CRITICAL"},
    # Every statement, with its values.
    "django.db.backends": {"level": "INFO"},
    # Every attempt of the pool to connect would be told; the requests that fail say so themselves.
    "psycopg.pool": {"level": "ERROR"},
    # It says at length what the relay says in a line.
    "pika": {"level": "CRITICAL"},
    # What they say at DEBUG is about themselves.
    **{name: {"level": "INFO"} for name in ("amqp", "kombu", "celery", "urllib3", "asyncio", "environ")},
}


def settings(service: str, *, in_production: bool) -> dict[str, Any]:
    """For `logging.config.dictConfig`: everything to stderr, in one form."""
    form = read("LOG_FORMAT", _one_of(*FORMATS), default=JSON if in_production else TERMINAL, mend=MENDS[0])
    level = read("LOG_LEVEL", _one_of(*LEVELS), default="INFO", mend=MENDS[1])
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "service": service, "form": form}},
        "filters": {"sampled": {"()": Sampled}, "said_elsewhere": {"()": SaidElsewhere}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["sampled"]}
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": LOGGERS,
    }


def formatter(service: str, form: str) -> logging.Formatter:
    """JSON, or words that are coloured where somebody looks at them."""
    if form == JSON:
        return lines.json_lines(service)
    return lines.terminal_lines(service, coloured=sys.stderr.isatty())


MENDS = (f"set it to {' or '.join(FORMATS)}, or leave it out", f"set it to one of {', '.join(LEVELS)}")


def _one_of(*words: str) -> Any:
    def convert(text: str) -> str:
        found = next((word for word in words if word.lower() == text.lower()), None)
        if found is None:
            raise ValueError(f"{text!r} is none of these")
        return found

    return convert
