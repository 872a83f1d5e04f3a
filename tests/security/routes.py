"""Every address of a service with what may be asked of it and by whom, a line each."""

from collections.abc import Iterator
from typing import Any

ADMIN = "admin/"


def lines() -> list[str]:
    """Those of the service whose settings Django stands on; all of the admin is one."""
    from django.urls import get_resolver

    return sorted(_lines(get_resolver().url_patterns, ""))


def _lines(patterns: Any, prefix: str) -> Iterator[str]:
    for pattern in patterns:
        path = f"{prefix}{pattern.pattern}"
        if path.endswith(ADMIN):
            yield f"{path} * staff"
        elif hasattr(pattern, "url_patterns"):
            yield from _lines(pattern.url_patterns, path)
        else:
            yield f"{path or '/'} {_what_and_who(pattern.callback)}"


def _what_and_who(callback: Any) -> str:
    view = getattr(callback, "cls", None)
    if view is None:
        return "* anybody"
    methods = [name.upper() for name in view.http_method_names if hasattr(view, name) and name != "options"]
    who = [getattr(permission, "needed", permission.__name__) for permission in view.permission_classes]
    return f"{','.join(methods)} {','.join(who)}"
