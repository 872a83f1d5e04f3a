"""What a rule can look for; each kind refuses a value that makes no sense, and quotes what it finds."""

from math import prod
from typing import Protocol

import regex

from moderation.domain.text import Text, fold

LONGEST_PATTERN = 2_000
LARGEST_PATTERN = 200_000  # its length times its repetitions
LONGEST_QUOTE = 60

BARE_DOMAIN = r"\b(?:[a-z0-9-]{1,63}+\.){1,8}(?:com|net|org|info|biz|ru|xyz|top|shop|online)\b"
LINK = regex.compile(rf"\b(?:https?://|www\.)[^\s<>\"']+|{BARE_DOMAIN}", regex.IGNORECASE)


class InvalidRule(ValueError):
    """A rule that could not be applied to any text, with the reason."""


class Check(Protocol):
    def __init__(self, value: str) -> None: ...

    def find(self, text: Text) -> str | None:
        """What is objectionable about the text, if anything; raises TimeoutError if that took too long."""


class Words:
    """Whole words or phrases, separated by commas or line breaks."""

    def __init__(self, value: str) -> None:
        words = [word for part in regex.split(r"[,\n]", value) if (word := fold(part))]
        if not words:
            raise InvalidRule("Name at least one word.")
        whole = r"(?<![\p{L}\p{M}\p{N}])\L<words>(?![\p{L}\p{M}\p{N}])"
        self._pattern = regex.compile(whole, words=words)

    def find(self, text: Text) -> str | None:
        found = self._pattern.search(text.folded)
        return quote(found[0]) if found else None


class Pattern:
    """A regular expression, without regard to case."""

    def __init__(self, value: str) -> None:
        self._pattern = _compiled(value)
        if self._pattern.search("", timeout=1):
            raise InvalidRule("This pattern finds something in an empty text, and so in every text.")

    def find(self, text: Text) -> str | None:
        found = self._pattern.search(text.plain, timeout=text.seconds_left())
        return quote(found[0]) if found else None


class Links:
    """More links than this number."""

    def __init__(self, value: str) -> None:
        self._most = _count(value)

    def find(self, text: Text) -> str | None:
        links = len(LINK.findall(text.plain))
        return f"{links} links" if links > self._most else None


class Length:
    """More characters than this number."""

    def __init__(self, value: str) -> None:
        self._most = _count(value)

    def find(self, text: Text) -> str | None:
        length = len(text.written)
        return f"{length} characters" if length > self._most else None


def quote(found: str) -> str:
    return f"“{found}”" if len(found) <= LONGEST_QUOTE else f"“{found[:LONGEST_QUOTE]}…”"


def _compiled(value: str) -> regex.Pattern[str]:
    if len(value) > LONGEST_PATTERN:
        raise InvalidRule(f"A pattern has at most {LONGEST_PATTERN} characters.")
    # Compiling writes out every repetition that must occur, nested ones multiplied: (a{1000}){1000} is
    # a million nodes. In a verbose pattern a count could hide behind spaces and comments.
    repetitions = prod(max(int(count), 1) for count in regex.findall(r"\{(\d+)", value))
    if len(value) * repetitions > LARGEST_PATTERN:
        raise InvalidRule("A pattern may not repeat so much: its repetitions count multiplied.")
    if regex.search(r"\(\?[\w-]*x[\w-]*[):]", value):
        raise InvalidRule("Verbose patterns, (?x), are not taken.")
    try:
        return regex.compile(value, regex.IGNORECASE | regex.VERSION1)
    except (regex.error, ValueError, OverflowError, RecursionError) as error:
        raise InvalidRule(f"This is no regular expression: {error}.") from error


def _count(value: str) -> int:
    if not regex.fullmatch(r"[0-9]{1,9}", value):
        raise InvalidRule("Give a whole number, 0 or more.")
    return int(value)
