"""The events that every contestant carries: posts with a body of some 600 bytes, the same in every run."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared_events.catalogue import PostCreated

FIRST = UUID("0199d000-0000-7000-8000-000000000000")
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
TEXT = "What is told in one place is soon known in all the others, if nobody has to wait for it. "


def post_id(number: int) -> UUID:
    """The post of a number; like those of the services, they ascend in the order of writing."""
    return UUID(int=FIRST.int + number)


def posts(count: int) -> Iterator[PostCreated]:
    """As many new posts as wanted, in order."""
    for number in range(count):
        yield PostCreated(
            post_id=post_id(number),
            version=1,
            edition=1,
            author=f"author-{number % 100}",
            title=f"Post number {number}",
            body=TEXT * 4,
            status="published",
            published_at=BEGAN + timedelta(seconds=number),
        )
