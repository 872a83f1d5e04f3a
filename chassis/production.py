"""What holds in production alone: stricter settings, and a refusal to start with unsafe ones."""

from collections.abc import Iterator
from pathlib import Path
from stat import S_IROTH
from typing import Any
from urllib.parse import urlsplit

from chassis.environment import read
from shared_events import addresses

PRODUCTION, DEVELOPMENT = ENVIRONMENTS = ("production", "development")
SHORTEST_SECRET = 50
FEWEST_LETTERS = 5
WAY_OUT = "or set ENVIRONMENT to development"

SETTINGS: dict[str, Any] = {
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_SSL_REDIRECT": True,
    # Whoever asks whether a process lives does so without TLS.
    "SECURE_REDIRECT_EXEMPT": [r"^\w+/(livez|readyz|metrics)$"],
    "SECURE_HSTS_SECONDS": 30 * 24 * 3600,
    # A service speaks for its own host; whether its whole domain does without plain HTTP is not its to say.
    "SILENCED_SYSTEM_CHECKS": ["security.W005", "security.W021"],
}


def is_wanted() -> bool:
    """Whether this is production, which it is unless ENVIRONMENT says otherwise."""
    mend = f"set it to {DEVELOPMENT}, or leave it out for {PRODUCTION}"
    return read("ENVIRONMENT", _environment, default=PRODUCTION, mend=mend) == PRODUCTION


def made_safe(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings with what production asks for; ends the process, with one line, over what is not safe."""
    for variable, fault, mend in _faults(settings):
        raise SystemExit(f"{variable} cannot be used in production ({fault}): {mend}, {WAY_OUT}")
    return settings | SETTINGS


def _environment(text: str) -> str:
    if text not in ENVIRONMENTS:
        raise ValueError(f"neither {PRODUCTION} nor {DEVELOPMENT}")
    return text


def _faults(settings: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    secret = settings["SECRET_KEY"]
    if settings["DEBUG"]:
        yield "DEBUG", "its pages show the inside", "set it to false"
    if len(secret) < SHORTEST_SECRET:
        yield "SECRET_KEY", f"shorter than {SHORTEST_SECRET} letters", "set it to a long random text"
    if len(set(secret)) < FEWEST_LETTERS or secret.startswith("django-insecure-"):
        yield "SECRET_KEY", "easily guessed", "set it to a long random text"
    if "*" in settings["ALLOWED_HOSTS"]:
        yield "ALLOWED_HOSTS", "it lets every name in", "set it to the names that callers use"
    yield from _broker_faults(settings["SHARED_EVENTS"])
    yield from _database_faults(settings["DATABASES"]["default"])


def _broker_faults(shared_events: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    given = {"AMQP_URL": shared_events["AMQP_URL"], "AMQP_TOPOLOGY_URL": shared_events["TOPOLOGY_URL"]}
    nodes = {variable: addresses.each(text)[0] for variable, text in given.items()}  # one user at all of them
    for variable, text in nodes.items():
        url = urlsplit(text)
        if text and (url.username or "guest") == "guest":
            yield variable, "everybody knows the user guest", "set it to a user of this service's own"
        if text and url.username == url.password:
            yield variable, "its password is its user's name", "give the user a password"


def _database_faults(database: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    file = Path(str(database["NAME"]))
    if database["ENGINE"].endswith("sqlite3") and file.exists() and file.stat().st_mode & S_IROTH:
        yield "DATABASE_URL", "everybody on this machine may read the file", f"chmod o= {file}"
    if database.get("PASSWORD") and database["PASSWORD"] == database.get("USER"):
        yield "DATABASE_URL", "its password is its user's name", "give the user a password"
