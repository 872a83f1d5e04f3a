"""Old and new versions side by side, judged by their schemas: what breaks is found, named, and has a mend."""

from copy import deepcopy
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
import pytest
from django.core.management import call_command

from shared_events.catalogue import EVENTS, compatibility, schema
from shared_events.catalogue.acceptance import refusals
from shared_events.catalogue.compatibility import Kind, breaks, current, released, unwanted
from shared_events.catalogue.examples import examples

POST, GONE = Kind("posts.post.created", 1), Kind("posts.post.deleted", 1)
OPTIONAL = {"type": "string", "default": ""}
TYPES = [
    str,
    int,
    bool,
    float,
    UUID,
    Annotated[datetime, msgspec.Meta(tz=True)],
    Literal["a", "b"],
    Literal["a"],
    Literal[1, 2],
    Annotated[int, msgspec.Meta(ge=1)],
    Annotated[int, msgspec.Meta(ge=0, le=5)],
    str | None,
    UUID | int,
    tuple[str, ...],
    tuple[UUID, ...],
    list[tuple[int, ...]],
]


def test_today_s_services_and_those_of_the_last_release_understand_each_other():
    found = unwanted(breaks(released(), current()))

    assert not found, "\n" + "\n".join(map(str, found))


def test_whatever_was_agreed_on_does_break_something():
    keys = {one.key for one in breaks(released(), current())}

    assert not compatibility.AGREED.keys() - keys, "take it out of AGREED"


def changed(change):
    """The schemas of today, one of which somebody has changed."""
    today = deepcopy(dict(current()))
    change(today[POST]["$defs"]["PostCreated"])
    return today


def less(field):
    def change(event):
        del event["properties"][field]
        event["required"].remove(field)

    return change


def renamed(event):
    event["properties"]["headline"] = event["properties"].pop("title")
    event["required"][event["required"].index("title")] = "headline"


def more(event):
    event["properties"]["language"] = {"type": "string"}
    event["required"].append("language")


def optional(field):
    return lambda event: event["required"].remove(field)


def other(field, **schema):
    return lambda event: event["properties"].update({field: schema})


PRODUCER, CONSUMER = "(producer first)", "(consumer first)"
MUTANTS = {
    "a field less": (less("body"), "body", [PRODUCER], "is not told"),
    "a field renamed, to its old reader": (renamed, "title", [PRODUCER], "told is headline"),
    "a field renamed, to its new reader": (renamed, "headline", [CONSUMER], "told is title"),
    "a field that must be there": (more, "language", [CONSUMER], "Give it a default."),
    "a field that may be left out": (optional("body"), "body", [PRODUCER], "may be left out"),
    "another type": (other("title", type="integer"), "title", [PRODUCER, CONSUMER], "string is expected"),
    "a narrower type": (other("author", type="string", format="uuid"), "author", [CONSUMER], "format uuid"),
    "a wider type": (other("post_id", type="string"), "post_id", [PRODUCER], "format uuid"),
    "one value more": (
        other("status", enum=["hidden", "pinned", "published"]),
        "status",
        [PRODUCER],
        "Release consumers that take it, and tell it in the release after.",
    ),
    "one value less": (other("status", enum=["published"]), "status", [CONSUMER], "'hidden' may be told"),
    "a narrower bound": (
        other("edition", type="integer", minimum=1, maximum=9),
        "edition",
        [CONSUMER],
        "maximum 9",
    ),
    "a wider bound": (other("edition", type="integer", minimum=1), "edition", [PRODUCER], "maximum"),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_change_that_one_side_cannot_read_is_found(name):
    change, field, orders, words = MUTANTS[name]

    found = [one for one in map(str, breaks(released(), changed(change))) if f", field {field}: " in one]

    assert len(found) == len(orders)
    for said, order in zip(found, orders, strict=True):
        assert said.startswith(f"posts.post.created.v1, field {field}: ")
        assert order in said
        assert words in said or order != orders[0]
        assert "docs/change-an-event.md" in said


@pytest.mark.parametrize(
    "change",
    [other("language", **OPTIONAL), other("title", type="string", description="Said otherwise")],
    ids=["a field with a default", "another description"],
)
def test_a_change_that_both_sides_can_read_is_none(change):
    assert breaks(released(), changed(change)) == []


def test_an_event_that_the_catalogue_lost_may_still_lie_in_a_queue():
    today = {kind: one for kind, one in current().items() if kind != GONE}

    (found,) = breaks(released(), today)

    assert str(found).startswith("posts.post.deleted.v1: an event of the last release meets today's consumer")
    assert "Keep its class" in str(found)


def test_a_new_event_breaks_nothing():
    before = {kind: one for kind, one in released().items() if kind != GONE}

    assert breaks(before, current()) == []


@pytest.mark.parametrize("upcasters", [set(), {(POST.type, 1)}, {(POST.type, 1), (POST.type, 2)}])
def test_a_new_major_version_wants_its_upcasters_and_the_consumers_first(upcasters):
    today = dict(current())
    today[Kind(POST.type, 3)] = today.pop(POST)

    first, *missing = map(str, breaks(released(), today, upcasters))

    assert "(producer first): it is told as v3, and parked by who reads v1" in first
    assert "Release every consumer before its owner" in first
    assert len(missing) == 2 - len(upcasters)
    assert all("Write the upcaster" in one for one in missing)


def test_what_was_agreed_on_is_not_unwanted(monkeypatch):
    found = breaks(released(), changed(more))
    monkeypatch.setitem(compatibility.AGREED, found[0].key, "query goes first")

    assert len(found) == 1
    assert unwanted(found) == []


@pytest.mark.parametrize("reader", TYPES, ids=str)
def test_the_judgement_is_what_the_decoder_does(reader):
    read = msgspec.defstruct("It", [("field", reader)])

    def takes(data):
        try:
            return bool(msgspec.json.decode(msgspec.json.encode(data), type=read))
        except msgspec.ValidationError:
            return False

    for writer in TYPES:
        told = msgspec.json.schema(msgspec.defstruct("It", [("field", writer)]))
        is_taken = all(map(takes, examples(told)))
        assert (refusals(msgspec.json.schema(read), told) == []) is is_taken, writer


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.type)
def test_the_examples_of_a_schema_are_data_of_its_event(kind):
    given = list(examples(msgspec.json.decode(schema.schema(kind))))

    assert len(given) > 1
    assert all(msgspec.convert(one, kind, strict=False) for one in given)


def test_schemas_are_released_by_one_command(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(compatibility, "RELEASED", tmp_path)

    call_command("schemas", "--released")

    assert "wrote " in capsys.readouterr().out
    assert released() == current()


def test_the_command_says_what_would_break(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(compatibility, "RELEASED", tmp_path)
    schema.write(tmp_path)
    file = tmp_path / "posts.post.deleted.v1.json"
    file.write_text(file.read_text().replace('"type": "string"', '"type": "integer"'))

    call_command("schemas")

    assert "breaks posts.post.deleted.v1, field post_id" in capsys.readouterr().out
