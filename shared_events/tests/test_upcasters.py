from typing import ClassVar
from uuid import UUID

import msgspec
import pytest

from shared_events import handlers
from shared_events.catalogue import BY_TYPE
from shared_events.catalogue.event import Category, Event
from shared_events.catalogue.upcasters import UPCASTERS
from shared_events.envelope import Unreadable, seal, unseal
from shared_events.models import ParkedEvent
from shared_events.testing import deliver
from shared_events.worker import redrive
from shared_events.worker.delivery import Delivery

pytestmark = pytest.mark.django_db

TYPE = "posts.boat.named"


class BoatV1(Event, frozen=True, kw_only=True):
    category: ClassVar[Category] = Category.GENERAL
    type: ClassVar[str] = TYPE
    subject: ClassVar[str] = "boat_id"

    boat_id: UUID
    name: str


class BoatV3(Event, frozen=True, kw_only=True):
    """A boat has many names since v2, and a length since v3."""

    category: ClassVar[Category] = Category.GENERAL
    type: ClassVar[str] = TYPE
    major: ClassVar[int] = 3
    subject: ClassVar[str] = "boat_id"

    boat_id: UUID
    names: tuple[str, ...]
    length: int


@pytest.fixture
def told(settings) -> Delivery:
    """A message from the time of v1, as it lies in a queue or in the table of parked events."""
    user = settings.SHARED_EVENTS["SHARED_USER"]
    return Delivery(body=seal(BoatV1(boat_id=UUID(int=1), version=1, name="Rosa"))[1], origin=user)


@pytest.fixture
def heard(monkeypatch) -> list[Event]:
    """What the code of today hears, which knows the event by its third version."""
    heard: list[Event] = []
    monkeypatch.setitem(BY_TYPE, TYPE, BoatV3)
    monkeypatch.setitem(handlers.HANDLERS, BoatV3, [_into(heard)])
    return heard


def _into(heard):
    def note_boat(event):
        heard.append(event)

    return note_boat


def many_names(data):
    return {**data, "names": [data.pop("name")]}


def without_length(data):
    return {**data, "length": 0}


@pytest.fixture
def upcasters(monkeypatch):
    monkeypatch.setitem(UPCASTERS, (TYPE, 1), many_names)
    monkeypatch.setitem(UPCASTERS, (TYPE, 2), without_length)


NOW = BoatV3(boat_id=UUID(int=1), version=1, names=("Rosa",), length=0)


def test_what_was_told_in_an_older_version_is_heard_in_the_current_one(told, heard, upcasters):
    assert deliver(told) == 0

    assert heard == [NOW]


def test_what_was_parked_before_there_was_an_upcaster_is_applied_through_it(told, heard, monkeypatch):
    monkeypatch.setitem(UPCASTERS, (TYPE, 1), many_names)
    assert deliver(told) == 1
    parked = ParkedEvent.objects.get()
    assert parked.reason == "unknown_schema"

    monkeypatch.setitem(UPCASTERS, (TYPE, 2), without_length)

    assert redrive.retry(parked.pk, by="ann")
    assert heard == [NOW]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b":v1", b":v4", "unknown_schema"),
        (b":v1", b":v0", "unknown_schema"),
        (b'"name":"Rosa"', b'"nom":"Rosa"', "invalid_data"),
        (b'"name":"Rosa"', b'"name":7', "invalid_data"),
    ],
)
def test_what_no_upcaster_can_bring_up_to_date_is_unreadable(told, heard, upcasters, old, new, reason):
    with pytest.raises(Unreadable) as refused:
        unseal(told.body.replace(old, new)).event()

    assert refused.value.reason == reason


def test_data_that_is_no_object_is_unreadable(told, heard, upcasters):
    data = msgspec.json.encode(BoatV1(boat_id=UUID(int=1), version=1, name="Rosa"))

    with pytest.raises(Unreadable):
        unseal(told.body.replace(data, b"[1]")).event()
