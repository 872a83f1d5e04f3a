"""Reads the environment, and says in one line what is wrong with it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured
from environ import FileAwareEnv
from environ.fileaware_mapping import FileAwareMapping

Value = TypeVar("Value")
DURATION = re.compile(r"(\d+)\s*([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
YES, NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def read(name: str, convert: Callable[[str], Value], *, mend: str, default: str | None = None) -> Value:
    """Read NAME, or the file that NAME_FILE names; ends the process with one line if it cannot be used."""
    text = _text(name, mend=mend, default=default)
    try:
        return convert(text)
    except ValueError as problem:
        raise SystemExit(f"{name} cannot be used ({problem}): {mend}") from None


def _text(name: str, *, mend: str, default: str | None) -> str:
    variables = FileAwareEnv()
    variables.ENVIRON = FileAwareMapping(cache=False)  # a secret in a file may change while a process lives
    try:
        text = str(variables.str(name, default=variables.NOTSET if default is None else default))
    except (ImproperlyConfigured, RecursionError):
        raise SystemExit(f"{name} is missing: {mend}") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise SystemExit(f"{name}_FILE cannot be read ({problem}): {mend}") from None
    text = text.strip()
    if not text and default is None:
        raise SystemExit(f"{name} is empty: {mend}")
    return text


def flag(text: str) -> bool:
    """Read a yes or a no."""
    if text.lower() not in YES + NO:
        raise ValueError("neither true nor false")
    return text.lower() in YES


def names(text: str) -> list[str]:
    """Read a list of names with commas between them."""
    return [name.strip() for name in text.split(",") if name.strip()]


def number(text: str) -> int:
    """Read how many there are."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError("not a number")
    return int(text)


def duration(text: str) -> timedelta:
    """Read how long something lasts, like 90s, 30m, 12h or 7d; nothing lasts no time at all."""
    found = DURATION.fullmatch(text)
    if found is None or int(found[1]) == 0:
        raise ValueError("not a length of time")
    try:
        return timedelta(**{UNITS[found[2]]: int(found[1])})
    except OverflowError:
        raise ValueError("longer than anything lasts") from None
