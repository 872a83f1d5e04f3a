"""Where a trace goes on across outbox and broker; whoever traces sets ``tracer``, and else nothing happens.

A batch has a span of its own, linked with those that it carries on: each of its members goes on in the trace
of the request that it comes from.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

# As in https://www.w3.org/TR/trace-context/; kept with the outbox entry, sent as headers of the message.
HEADERS = ("traceparent", "tracestate")


class Member(Protocol):
    """One thing of a batch, in its own trace."""

    def headers(self) -> dict[str, str]:
        """What carries its trace on."""

    def active(self) -> AbstractContextManager[object]:
        """What is told and logged inside belongs to it."""

    def fail(self, error: BaseException) -> None:
        """It came to nothing, though the rest of the batch goes on."""


class Batch(Protocol):
    """Things done together, until `end`."""

    def member(self, name: str, origin: Mapping[str, str], **attributes: str) -> Member:
        """One of them, by the headers that it came with."""

    def active(self) -> AbstractContextManager[object]:
        """What is logged inside belongs to the batch."""

    def end(self, error: BaseException | None = None) -> None:
        """All of it is done, or nothing."""


class Tracer(Protocol):
    """Knows which span is under way."""

    def headers(self) -> dict[str, str]:
        """What carries the present trace on; nothing if there is none."""

    def ids(self) -> dict[str, str]:
        """The present trace and span, for log lines."""

    def batch(self, name: str, *, publishes: bool) -> Batch:
        """Begin a batch."""


tracer: Tracer | None = None


def begin(name: str, *, publishes: bool = False) -> Batch | None:
    """A batch that the caller ends; None when nothing is traced."""
    return tracer.batch(name, publishes=publishes) if tracer else None


@contextmanager
def batch(name: str) -> Iterator[Batch | None]:
    """A batch that ends with the block; None when nothing is traced."""
    begun = begin(name)
    if begun is None:
        yield None
        return
    try:
        with begun.active():
            yield begun
    except BaseException as error:
        begun.end(error)
        raise
    begun.end()


def ids() -> dict[str, str]:
    """The present trace and span, for log lines; nothing when nothing is traced."""
    return tracer.ids() if tracer else {}
