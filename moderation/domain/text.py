"""A text in the forms that rules look at."""

from time import process_time
from unicodedata import normalize

import regex

# Of the processor: a machine that is busy with other things must not make a text suspicious.
SECONDS_PER_PATTERN = 0.1
SECONDS_PER_TEXT = 0.25

INVISIBLE = regex.compile(r"[\p{Cf}\p{Default_Ignorable_Code_Point}]+")


class Text:
    """What was written, what a reader sees of it, and the time that patterns may still spend on it."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.plain = normalize("NFKC", INVISIBLE.sub("", written))
        self.folded = fold(written)
        self._until = process_time() + SECONDS_PER_TEXT

    def seconds_left(self) -> float:
        """The time for one more pattern; raises TimeoutError when the text has had its share."""
        seconds = self._until - process_time()
        if seconds <= 0:
            raise TimeoutError
        return min(seconds, SECONDS_PER_PATTERN)


def fold(written: str) -> str:
    """Words as they are compared: without case, invisible characters and differences of spacing."""
    plain = normalize("NFKC", INVISIBLE.sub("", written))
    return " ".join(normalize("NFKC", plain.casefold()).split())
