"""When a text needs a case, and what may become of it, decided from plain values."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Thing(StrEnum):
    POST = "post"
    COMMENT = "comment"


class State(StrEnum):
    WAITING = "waiting"  # for the judge
    HELD = "held"  # for a person
    APPROVED = "approved"
    REJECTED = "rejected"
    CLOSED = "closed"  # the text is gone, or another took its place, before anybody decided


OPEN = (State.WAITING, State.HELD)
LONGEST_REASON = 500


class Refused(Exception):
    """A rule forbids it, and the message says which."""


class NoSuchCase(Refused):
    def __init__(self) -> None:
        super().__init__("There is no such case.")


class NoSuchRule(Refused):
    def __init__(self) -> None:
        super().__init__("There is no such rule.")


class NameTaken(Refused):
    def __init__(self) -> None:
        super().__init__("There is a rule of this name already.")


class Outdated(Refused):
    def __init__(self) -> None:
        super().__init__("The rule has changed since you saw it: look at it again.")


class OwnText(Refused):
    def __init__(self) -> None:
        super().__init__("Nobody decides about a text of their own.")


class NotNow(Refused):
    """The case is in a state that does not allow it."""


class ReasonMissing(Refused):
    def __init__(self) -> None:
        super().__init__("Say why: a rejection needs a reason.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What a person decides about the case as they saw it; raises ReasonMissing for a bare rejection."""

    approved: bool
    reason: str
    by: str
    seen_version: int

    def __post_init__(self) -> None:
        if not self.approved and not self.reason.strip():
            raise ReasonMissing

    @property
    def state(self) -> State:
        return State.APPROVED if self.approved else State.REJECTED


def check_seen(seen: Collection[int] | None, *, version: int) -> None:
    """Refuse a change by somebody who said which versions they saw, if this is none of them."""
    if seen is not None and version not in seen:
        raise Outdated


def needs_judging(thing: Thing, *, status: str, is_deleted: bool) -> bool:
    """A comment is judged before it is shown, a post while others may know of it."""
    return not is_deleted and (thing is Thing.POST or status == "pending")


def check_may_decide(decision: Decision, *, author: str, state: State, version: int) -> None:
    """Refuse a decision on one's own text, on a case that is closed, or over one that was not seen."""
    if decision.by == author:
        raise OwnText
    if state is State.CLOSED:
        raise NotNow("This case is closed: its text is gone, or was replaced by another.")
    if decision.seen_version != version:
        raise NotNow(f"Somebody else decided meanwhile: the case is {state} now. Look at it again.")
