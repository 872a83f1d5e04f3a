"""What may happen to a post, decided from plain values."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

LONGEST_AUTHOR = 150
LONGEST_TITLE = 200
LONGEST_BODY = 50_000
LONGEST_MADE_TITLE = 60
UNTITLED = "Untitled"


class Status(StrEnum):
    DRAFT = "draft"  # only its author knows of it
    PUBLISHED = "published"  # anyone may read it
    HIDDEN = "hidden"  # moderation rejected its text; its author may edit or delete it


@dataclass(frozen=True)
class Person:
    """Someone who asks for a change; the staff of this service may change what others wrote."""

    name: str
    is_staff: bool = False


class Refused(Exception):
    """A rule forbids it, and the message says which."""


class NoSuchPost(Refused):
    """There is no such post, or none that this person may know of."""

    def __init__(self) -> None:
        super().__init__("There is no such post.")


class NotYours(Refused):
    def __init__(self) -> None:
        super().__init__("Only its author may change a post.")


class NotNow(Refused):
    """The post is in a state that does not allow it."""


class Outdated(Refused):
    def __init__(self) -> None:
        super().__init__("The post has changed since you saw it: look at it again.")


class Unwritable(Refused):
    """A post cannot have this text."""


def check_text(*, title: str, body: str) -> None:
    if not title.strip() or not body.strip():
        raise Unwritable("A post needs a title and a body.")
    if len(title) > LONGEST_TITLE or len(body) > LONGEST_BODY:
        raise Unwritable(f"A title has at most {LONGEST_TITLE} characters, a body at most {LONGEST_BODY}.")


def check_author(author: str) -> None:
    # Not cut to fit: whoever had the shorter name would get the post.
    if len(author) > LONGEST_AUTHOR:
        raise Unwritable(f"The name of an author has at most {LONGEST_AUTHOR} characters.")


def fitting_title(title: str, *, words: str) -> str:
    """The title, cut if it is too long; where there is none, one made from the first words of the text."""
    return _shortened(title, LONGEST_TITLE) or _shortened(words, LONGEST_MADE_TITLE) or UNTITLED


def may_read(person: Person | None, *, author: str, status: Status) -> bool:
    return status is Status.PUBLISHED or (person is not None and (person.is_staff or person.name == author))


def check_may_change(person: Person, *, author: str, status: Status) -> None:
    """Refuse everyone but the author and the staff, without telling of a post that they may not read."""
    if person.is_staff or person.name == author:
        return
    raise NotYours if may_read(person, author=author, status=status) else NoSuchPost


def check_not_hidden(status: Status) -> None:
    if status is Status.HIDDEN:
        raise NotNow("Moderation rejected this text: edit the post, or delete it.")


def status_after_edit(status: Status, *, is_told: bool) -> Status:
    """A hidden post that others know of stays hidden until its new text is judged; nobody judges a draft."""
    return Status.DRAFT if status is Status.HIDDEN and not is_told else status


def check_seen(seen: Collection[int] | None, *, version: int) -> None:
    """Refuse a change by somebody who said which versions they saw, if this is none of them."""
    if seen is not None and version not in seen:
        raise Outdated


def takes_effect(*, edition: int, version: int, current_edition: int, last_version: int) -> bool:
    """A verdict counts for the text that it judged, if it is newer than the last one for that text."""
    return edition == current_edition and version > last_version


def status_after_verdict(status: Status, *, approved: bool, is_told: bool) -> Status:
    if not approved:
        return Status.HIDDEN
    if status is not Status.HIDDEN:
        return status
    return Status.PUBLISHED if is_told else Status.DRAFT


def _shortened(text: str, longest: int) -> str:
    """Cut after a word, if there is one to end after that leaves most of the text."""
    if len(text) <= longest:
        return text
    end = text.rfind(" ", longest // 2, longest)
    return f"{text[: end if end > 0 else longest - 1]}…"
