"""The settings that every service shares, read from the environment."""

import json
import ssl
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from chassis import defaults, keys, production, web
from chassis.database import database
from chassis.environment import duration, number, read
from chassis.logging import configuration as logging
from chassis.openapi import configuration
from shared_events import addresses

AMQP_MEND = "set it like amqp://user:password@host:5672/vhost, with ; between the nodes of a cluster"


def service_settings(
    service: str,
    *,
    apps: list[str],
    colour: str = "grey",
    batch_every: float = 0.1,
    own_middleware: Sequence[str] = (),
) -> dict[str, Any]:
    """Everything that a service's settings module needs; ``colour`` is one of ``service.css``.

    The worker begins a batch of events every ``batch_every`` seconds at most, unless a full one is there.
    A service's ``own_middleware`` comes before all that finds out who is asking, and for which view.
    """
    amqp_url = read("AMQP_URL", addresses.checked, mend=AMQP_MEND)
    settings = {
        "SERVICE": {"NAME": service, "COLOUR": colour, "PUBLIC_URLS": _public_urls()},
        "SHARED_EVENTS": {
            "SERVICE": service,
            "AMQP_URL": amqp_url,
            "TOPOLOGY_URL": read("AMQP_TOPOLOGY_URL", _amqp_or_none, default="", mend=AMQP_MEND),
            "SHARED_USER": read(
                "AMQP_SHARED_USER", str, default="", mend="leave it out, or name a broker user"
            ),
            "LIVENESS_PATH": read("LIVENESS_PATH", str, default="", mend="leave it out, or name a file"),
            "METRICS_PORT": read(
                "METRICS_PORT", _port, default="0", mend="leave it out, or set it like 9100"
            ),
            "BATCH_EVERY": batch_every,
            "OUTBOX_RETENTION": read(
                "OUTBOX_RETENTION", duration, default="7d", mend="set it like 12h or 7d, or leave it out"
            ),
            "DIGESTS_EVERY": read(
                "DIGESTS_EVERY", _duration_or_off, default="10m", mend="set it like 10m or 1h, or to off"
            ),
        },
        "JWT": _jwt(),
        "SPECTACULAR_SETTINGS": configuration.settings(service),
        "ROOT_URLCONF": f"{service}.config.urls",
        "WSGI_APPLICATION": f"{service}.config.wsgi.application",
        "INSTALLED_APPS": [*defaults.INSTALLED_APPS, *apps],
        "LOGGING": logging.settings(service, in_production=production.is_wanted()),
        "DATABASES": {"default": _database()},
        "CELERY_BROKER_URL": amqp_url,
        "CELERY_BROKER_USE_SSL": broker_tls(amqp_url),
        "CELERY_TASK_DEFAULT_QUEUE": f"{service}.tasks",
        **defaults.SETTINGS,
        **web.settings(service, in_production=production.is_wanted(), own_middleware=own_middleware),
    }
    return production.made_safe(settings) if production.is_wanted() else settings


def _public_urls() -> dict[str, str]:
    return read(
        "PUBLIC_URLS", _web_addresses, default="{}", mend='set it like {"posts": "http://127.0.0.1:8001"}'
    )


def _web_addresses(text: str) -> dict[str, str]:
    addresses = json.loads(text)
    if not isinstance(addresses, dict) or not all(_is_web(address) for address in addresses.values()):
        raise ValueError("not a JSON object of web addresses")
    return {str(service): address.rstrip("/") for service, address in addresses.items()}


def _is_web(address: object) -> bool:
    return isinstance(address, str) and urlsplit(address).scheme in ("http", "https")


def _amqp_or_none(text: str) -> str:
    return addresses.checked(text) if text else ""


def broker_tls(amqp_url: str) -> dict[str, Any] | None:
    """How Celery speaks TLS, if it does: left to itself, it takes anybody's certificate for the broker's."""
    url = urlsplit(addresses.each(amqp_url)[0])  # at another node the worker asks for that one's name
    if url.scheme != "amqps":
        return None
    return {"server_hostname": url.hostname, "cert_reqs": ssl.CERT_REQUIRED}


def _port(text: str) -> int:
    if not 0 <= int(text) < 65536:
        raise ValueError("not a port")
    return int(text)


def _database() -> dict[str, Any]:
    seconds = read(
        "STATEMENT_SECONDS", number, default="0", mend="set it to a number of seconds, or leave it out"
    )
    pool = read(
        "DATABASE_POOL", number, default="0", mend="set it to a number of connections, or leave it out"
    )
    convert = partial(database, statement_seconds=seconds, pool=pool)
    return read("DATABASE_URL", convert, mend="set it like postgres://user:password@host:5432/name")


def _duration_or_off(text: str) -> timedelta | None:
    return None if text == "off" else duration(text)


def _jwt() -> dict[str, Any]:
    jwks_mend = "set it like https://issuer/.well-known/jwks.json, or leave it out"
    jwks_url = read("JWT_JWKS_URL", keys.jwks_url, default="", mend=jwks_mend)
    return {
        "ISSUER": read("JWT_ISSUER", str, mend="set it to the iss claim of the tokens to accept"),
        "AUDIENCE": read("JWT_AUDIENCE", str, mend="set it to the aud claim of the tokens to accept"),
        "ALGORITHMS": read(
            "JWT_ALGORITHMS", keys.algorithms, default=keys.ALL, mend="set it or leave it out"
        ),
        "LONGEST_LIFETIME": read(
            "JWT_LONGEST_LIFETIME",
            _duration_or_off,
            # Whoever is disabled by the issuer is known here until the token ends.
            default="15m" if production.is_wanted() else "off",
            mend="set it like 15m, or to off where tokens are revoked in another way",
        ),
        "JWKS_URL": jwks_url,
        "PUBLIC_KEY": read(
            "JWT_PUBLIC_KEY",
            keys.public_key,
            default="" if jwks_url else None,
            mend="set it to the PEM of the key that tokens are signed with, or set JWT_JWKS_URL",
        ),
        "PRIVATE_KEY": read("JWT_PRIVATE_KEY", keys.private_key, default="", mend="set it or leave it out"),
    }
