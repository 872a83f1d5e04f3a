import json
from datetime import UTC, datetime

import msgspec
import pytest
from cloudevents.core.bindings.rabbitmq import RabbitMQMessage, from_structured, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared_events.envelope import CONTENT_TYPE, Unreadable, seal, unseal
from shared_events.tests.events import CASE, POST, comment_judged, post_created

EVENTS = [post_created(title='Ünïcödé "quoted" \u2028 🙂'), comment_judged(version=7, reasons=("a", "b"))]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_an_event_comes_out_as_it_went_in(event):
    event_id, body = seal(event)

    envelope = unseal(body)
    assert envelope.event() == event
    assert envelope.id == event_id


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_the_cloudevents_sdk_reads_what_we_tell(event):
    event_id, body = seal(event)

    heard = from_structured(RabbitMQMessage({}, CONTENT_TYPE, body), JSONFormat(), CloudEvent)
    assert heard.get_specversion() == "1.0"
    assert heard.get_id() == str(event_id)
    assert heard.get_source() == f"/{event.owner()}"
    assert heard.get_type() == event.type
    assert heard.get_subject() == str(event.subject_id)
    assert heard.get_datacontenttype() == "application/json"
    assert heard.get_dataschema() == f"urn:tidings:{event.type}:v1"
    assert heard.get_extension("sequence") == f"{event.version:010d}"
    assert heard.get_data() == json.loads(msgspec.json.encode(event))


def test_we_read_what_the_cloudevents_sdk_tells():
    event = comment_judged(version=12)
    attributes = {
        "id": "01a1f8a4-48e7-7137-8f46-8005015ffd33",
        "source": "/moderation",
        "type": event.type,
        "subject": str(CASE),
        "time": datetime(2026, 1, 2, tzinfo=UTC),
        "datacontenttype": "application/json",
        "dataschema": "urn:tidings:moderation.comment.judged:v1",
        "sequence": "0000000012",
    }
    message = to_structured(CloudEvent(attributes, json.loads(msgspec.json.encode(event))), JSONFormat())

    envelope = unseal(message.body)
    assert message.content_type == CONTENT_TYPE
    assert envelope.event() == event
    assert envelope.time == datetime(2026, 1, 2, tzinfo=UTC)


def test_versions_compare_as_strings_as_they_do_as_numbers():
    bodies = [seal(post_created(version=version))[1] for version in (9, 10, 1_000_000)]

    sequences = [unseal(body).sequence for body in bodies]
    assert sequences == sorted(sequences)


def test_ids_are_ordered_by_time():
    ids = [seal(post_created())[0] for _ in range(100)]

    assert ids == sorted(ids)
    assert {one.version for one in ids} == {7}


@pytest.mark.parametrize(
    "broken", [b'"sequence":"0000000002"', b'"sequence":"1"', b'"sequence":"000000000x"']
)
def test_a_sequence_that_contradicts_the_data_is_refused(broken):
    body = seal(post_created(version=1))[1].replace(b'"sequence":"0000000001"', broken)

    with pytest.raises(Unreadable):
        unseal(body).event()


def test_a_subject_that_contradicts_the_data_is_refused():
    body = seal(post_created())[1].replace(f'"subject":"{POST}"'.encode(), f'"subject":"{CASE}"'.encode())

    with pytest.raises(Unreadable, match="subject"):
        unseal(body).event()
