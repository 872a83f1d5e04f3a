"""What may happen to a comment, decided from plain values."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

LONGEST_AUTHOR = 150
LONGEST_BODY = 5_000
UNSIGNED = "anonymous"


class Status(StrEnum):
    PENDING = "pending"  # its text waits for a verdict; only its author sees it
    APPROVED = "approved"  # anyone may read it
    REJECTED = "rejected"  # moderation rejected its text; its author may edit or delete it


@dataclass(frozen=True)
class Person:
    """Someone who asks for a change; the staff of this service may delete what others wrote."""

    name: str
    is_staff: bool = False


class Refused(Exception):
    """A rule forbids it, and the message says which."""


class NoSuchPost(Refused):
    """There is no such post here, or none that is shown."""

    def __init__(self) -> None:
        super().__init__("There is no such post.")


class NoSuchComment(Refused):
    """There is no such comment, or none that this person may know of."""

    def __init__(self) -> None:
        super().__init__("There is no such comment.")


class NotYours(Refused):
    def __init__(self) -> None:
        super().__init__("Only its author may change a comment.")


class Outdated(Refused):
    def __init__(self) -> None:
        super().__init__("The comment has changed since you saw it: look at it again.")


class Unwritable(Refused):
    """A comment cannot have this text."""


def check_text(body: str) -> None:
    if not body.strip():
        raise Unwritable("A comment needs a body.")
    if len(body) > LONGEST_BODY:
        raise Unwritable(f"A comment has at most {LONGEST_BODY} characters.")


def fitting_signature(name: str) -> str:
    """What an imported comment was signed with, cut if it is too long."""
    fits = len(name) <= LONGEST_AUTHOR
    return (name if fits else f"{name[: LONGEST_AUTHOR - 1]}…") or UNSIGNED


def owner(author: str, *, is_imported: bool) -> str | None:
    """An imported comment belongs to nobody: anyone could have signed it with that name."""
    return None if is_imported else author


def may_read(person: Person | None, *, owner: str | None, status: Status, post_is_shown: bool) -> bool:
    """Its owner may read a comment always; others while it is approved and its post is shown."""
    if person is not None and (person.is_staff or person.name == owner):
        return True
    return status is Status.APPROVED and post_is_shown


def check_may_change(person: Person, *, owner: str | None, status: Status, post_is_shown: bool) -> None:
    """Refuse everyone but the owner and the staff, without telling of a comment that they may not read."""
    if person.is_staff or person.name == owner:
        return
    readable = may_read(person, owner=owner, status=status, post_is_shown=post_is_shown)
    raise NotYours if readable else NoSuchComment


def check_seen(seen: Collection[int] | None, *, version: int) -> None:
    """Refuse a change by somebody who said which versions they saw, if this is none of them."""
    if seen is not None and version not in seen:
        raise Outdated


def takes_effect(*, edition: int, version: int, current_edition: int, last_version: int) -> bool:
    """A verdict counts for the text that it judged, if it is newer than the last one for that text."""
    return edition == current_edition and version > last_version


def status_after_verdict(*, approved: bool) -> Status:
    return Status.APPROVED if approved else Status.REJECTED
