"""Answers that were sent a moment ago, for whoever asks for the same."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

from django.urls import ResolverMatch

Address = tuple[str | None, ...]


class Kept(NamedTuple):
    """What was sent, how to learn which tag it would have now, and where its view was found."""

    body: bytes
    headers: dict[str, str]
    current_tag: Callable[[], str]
    route: ResolverMatch | None = None

    @property
    def tag(self) -> str:
        return self.headers["ETag"]

    def holds(self) -> bool:
        return self.current_tag() == self.tag


class Answers:
    """The answers last sent, so many bytes of them; whether one still holds is for its tag to say."""

    def __init__(self, most_bytes: int) -> None:
        self._most, self._size = most_bytes, 0
        self._answers: OrderedDict[Address, Kept] = OrderedDict()
        self._lock = Lock()

    def find(self, address: Address) -> Kept | None:
        with self._lock:
            found = self._answers.get(address)
            if found is not None:
                self._answers.move_to_end(address)
            return found

    def keep(self, address: Address, answer: Kept) -> None:
        """Put an answer in the place of the one before; those that nobody has asked for longest make room."""
        with self._lock:
            before = self._answers.pop(address, None)
            self._size += size_of(address, answer) - (size_of(address, before) if before else 0)
            self._answers[address] = answer
            while self._size > self._most:
                self._size -= size_of(*self._answers.popitem(last=False))


def size_of(address: Address, answer: Kept) -> int:
    """The bytes of an answer, and about what it takes to keep it."""
    return 2500 + len(answer.body) + sum(len(part or "") for part in address)
