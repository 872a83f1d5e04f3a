"""What every event is made of."""

from enum import Enum
from typing import Annotated, ClassVar
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

# The envelope carries a version as ten digits, so that comparing strings compares numbers.
LARGEST_VERSION = 9_999_999_999

Version = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_VERSION)]

# Six bytes: a number of JSON that every language keeps to the last digit.
LARGEST_DIGEST = 2**48 - 1

BucketDigest = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_DIGEST)]


class Category(Enum):
    GENERAL = "general"  # the whole new state of a thing, for anyone's replica
    DOMAIN_SPECIFIC = "domain-specific"  # means something to the owner concerned alone


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact told by the service that owns its subject; whole, typed and immutable.

    ``version`` counts the changes of the subject from 1; a higher one replaces every lower one.
    A reader ignores fields that it does not know, so a field may be added with a default.
    """

    category: ClassVar[Category]
    type: ClassVar[str]  # owner.thing.deed, also the routing key
    major: ClassVar[int] = 1
    subject: ClassVar[str]  # the name of the field that says what the event is about
    is_tombstone: ClassVar[bool] = False

    version: Version

    @property
    def subject_id(self) -> UUID:
        return getattr(self, self.subject)  # type: ignore[no-any-return]

    @classmethod
    def owner(cls) -> str:
        """The service that may tell this event."""
        return cls.type.partition(".")[0]


class Digests(Event, frozen=True, kw_only=True):
    """What all things of one kind come to that others may know of, as their owner held them at one moment.

    The bucket of a thing is the remainder of its id, a number of 128 bits, by how many digests there are. A
    digest is the exclusive or of its bucket's things, each of which is the first six bytes of the SHA-256 of
    its id (16 bytes) and its version (8 bytes, big-endian). The event's own version is the second it is told.
    """

    category: ClassVar[Category] = Category.GENERAL
    subject: ClassVar[str] = "collection_id"

    collection_id: UUID
    count: Annotated[int, msgspec.Meta(ge=0)]
    digests: tuple[BucketDigest, ...]

    @classmethod
    def collection(cls) -> UUID:
        """The id of all things of the kind together."""
        return uuid5(NAMESPACE_URL, f"urn:tidings:{cls.type.rpartition('.')[0]}")
