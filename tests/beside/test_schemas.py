"""What the events of today are to the last release, which runs beside it: judged by the schemas of both."""

import pytest

from deploy.local.trouble import Trouble
from deploy.release import command, events
from shared_events.catalogue import schema
from shared_events.catalogue.compatibility import AGREED, Kind, breaks, current, read, released, unwanted
from tests.beside.revisions import git, last_release

SCHEMAS = "shared_events/catalogue/schemas"


def test_today_and_the_last_tag_understand_each_other():
    tag = last_release()
    if not tag:
        pytest.skip(
            "there is no release yet; shared_events/catalogue/released is held against today's events"
        )
    files = git("ls-tree", "--name-only", f"{tag}:{SCHEMAS}").decode().split()
    before = read({name: git("show", f"{tag}:{SCHEMAS}/{name}") for name in files})

    found = unwanted(breaks(before, current()))

    assert not found, "\n" + "\n".join(map(events.told, found))


def test_it_is_known_who_hears_what():
    assert events.hearers()["posts.post.created"] == ["comments", "query", "moderation"]
    assert events.hearers()["moderation.post.judged"] == ["posts"]
    assert events.hearers().keys() == {event.type for event in schema.EVENTS}


@pytest.fixture
def unreadable(monkeypatch):
    """A last release in which a post had no body, and each had a language."""
    kind = Kind("posts.post.created", 1)
    before = dict(released())
    event = before[kind]["$defs"]["PostCreated"]
    event["properties"]["language"] = event["properties"].pop("body")
    event["required"][event["required"].index("body")] = "language"
    monkeypatch.setattr(events, "released", lambda: before)
    return breaks(before, current())


def test_a_release_that_the_last_one_cannot_read_is_refused(unreadable, capsys):
    assert command.main(["try-1", "--overlay", "local", "--dry-run"]) == 1

    said = capsys.readouterr().err
    assert "posts.post.created.v1, field language: today's event meets a consumer of the last release" in said
    assert "heard by comments, query, moderation of the last release" in said
    assert "posts.post.created.v1, field body: an event of the last release meets today's consumer" in said
    assert "Give it a default." in said
    assert "AGREED" in said


def test_what_was_agreed_on_is_shown_and_released(unreadable, monkeypatch, capsys):
    for one in unreadable:
        monkeypatch.setitem(AGREED, one.key, "query goes first")

    events.refuse_breaks()

    assert capsys.readouterr().out.count("# agreed on: query goes first") == 2


def test_nothing_is_refused_today():
    try:
        events.refuse_breaks()
    except Trouble as trouble:
        pytest.fail(str(trouble))
