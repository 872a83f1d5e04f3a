"""The committed description is current, and real messages are what it says."""

import json

import msgspec
import pytest
from jsonschema import Draft7Validator

from shared_events import asyncapi, topology
from shared_events.catalogue import EVENTS, OWNERS
from shared_events.catalogue.examples import examples
from shared_events.envelope import seal

DESCRIBED = json.loads(asyncapi.FILE.read_bytes())


def message_of(kind):
    """A message of this kind as it is sent."""
    data = next(iter(examples(msgspec.json.schema(kind))))
    return json.loads(seal(msgspec.convert(data, kind, strict=False))[1])


def faults(message, kind):
    payload = DESCRIBED["components"]["messages"][kind.type]["payload"]
    schema = payload | {"components": DESCRIBED["components"]}
    return [found.message for found in Draft7Validator(schema).iter_errors(message)]


def test_the_committed_description_is_the_one_in_code():
    assert asyncapi.FILE.read_bytes() == asyncapi.document(), (
        "run `python manage.py posts schemas` and review"
    )


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.type)
def test_a_message_is_what_is_described_and_another_is_not(kind):
    message = message_of(kind)

    assert faults(message, kind) == []
    assert faults(message | {"source": "/elsewhere"}, kind)
    assert faults(message | {"data": message["data"] | {"version": 0}}, kind)
    assert faults({name: value for name, value in message.items() if name != "sequence"}, kind)


def test_every_event_is_told_by_its_owner_into_its_own_exchange():
    for owner in OWNERS:
        exchange = topology.exchange_of(owner)
        channel = DESCRIBED["channels"][exchange]
        assert channel["bindings"]["amqp"]["exchange"]["name"] == exchange
        assert set(channel["messages"]) == {kind.type for kind in EVENTS if kind.owner() == owner}
    assert len(DESCRIBED["channels"]) == len(DESCRIBED["operations"]) == len(OWNERS)
