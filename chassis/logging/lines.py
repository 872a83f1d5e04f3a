"""How a line looks: JSON where machines read it, coloured words where a person does.

A line is one line, whatever strangers have put into what it tells.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from functools import cache
from typing import Any

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from shared_events import causation, tracing

KINDS = ("relay", "worker", "tasks")
# What moves the cursor, begins a new line, or paints over what stands there.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def json_lines(service: str) -> logging.Formatter:
    """A JSON object per line."""
    exception, rendered = structlog.processors.format_exc_info, structlog.processors.JSONRenderer()
    return _formatter(service, exception, rendered)


def terminal_lines(service: str, *, coloured: bool) -> logging.Formatter:
    """Words for a person; the service is left out, since a terminal shows one or says which."""
    console = structlog.dev.ConsoleRenderer(
        colors=coloured, pad_event_to=30, exception_formatter=_indented, sort_keys=False
    )
    return _formatter(service, _one_line, _short, console)


def _formatter(service: str, *rendering: Processor) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.ExtraAdder(),
            _origin(service),
            _cause,
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
    )


def _origin(service: str) -> Processor:
    def add(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        event["service"], event["process"] = service, kind()
        return event

    return add


def _cause(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    event.pop("request", None)  # Django's object, whose path the line has already
    for name, text in (*causation.about().items(), *tracing.ids().items()):
        event.setdefault(name, text)
    return event


@cache
def kind() -> str:
    """What this process does: web, relay, worker, tasks, or the name of any other command."""
    if "gunicorn" in sys.argv[0]:
        return "web"
    return next((word for word in sys.argv[1:] if word in KINDS), "command")


# ---- for terminals alone


def _one_line(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    return {name: _escaped(text) if isinstance(text, str) else text for name, text in event.items()}


def _escaped(text: str) -> str:
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _short(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """A request's id is its correlation id as well: once is enough for a person."""
    if event.get("request_id") == event.get("correlation_id"):
        event.pop("correlation_id", None)
    for name in ("service", "process"):
        event.pop(name, None)
    return event


def _indented(stream: Any, failure: ExcInfo) -> None:
    """A traceback none of whose lines begins as a line of the log does."""
    stream.write("".join(f"\n    {line}" for line in _traceback(failure)))


def _traceback(failure: ExcInfo) -> Iterator[str]:
    for line in "".join(traceback.format_exception(*failure)).splitlines():
        yield _escaped(line)
