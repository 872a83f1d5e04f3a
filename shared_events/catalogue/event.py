"""What every event is made of."""

from enum import Enum
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec

# The envelope carries a version as ten digits, so that comparing strings compares numbers.
LARGEST_VERSION = 9_999_999_999

Version = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_VERSION)]


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
