import re
import subprocess
import sys

import pytest

from shared_events.catalogue import BY_TYPE, EVENTS, OWNERS, Category, schema


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_the_committed_schema_is_the_one_in_code(event):
    committed = schema.file_of(event)

    assert committed.read_bytes() == schema.schema(event), "run `python manage.py posts schemas` and review"


def test_no_schema_is_committed_of_an_event_that_is_gone():
    assert set(schema.FOLDER.iterdir()) == {schema.file_of(event) for event in EVENTS}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_a_type_names_owner_thing_and_deed(event):
    assert re.fullmatch(r"(posts|comments|moderation)\.[a-z]+\.[a-z]+ed", event.type)
    assert event.subject in event.__struct_fields__
    assert BY_TYPE[event.type] is event


def test_there_are_ten_events_of_three_owners():
    assert len(EVENTS) == len(BY_TYPE) == 10
    assert OWNERS == ("posts", "comments", "moderation")


def test_only_moderation_speaks_to_one_owner_alone():
    special = {event.owner() for event in EVENTS if event.category is Category.DOMAIN_SPECIFIC}

    assert special == {"moderation"}


def test_the_catalogue_and_the_envelope_are_plain_python():
    code = (
        "import sys, shared_events.catalogue, shared_events.envelope\n"
        "assert not {'django', 'celery', 'pika', 'kombu', 'rest_framework'} & set(sys.modules)"
    )

    subprocess.run([sys.executable, "-c", code], check=True)
