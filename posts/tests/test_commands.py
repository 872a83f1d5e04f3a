from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection, transaction

from posts import commands, domain
from posts.domain import Person
from posts.models import Post
from shared_events.catalogue import PostCreated, PostDeleted, PostUpdated
from shared_events.testing import told

ALICE, BRUNO = Person("alice"), Person("bruno")


def write(*, publish: bool = True) -> Post:
    return commands.create_post(author="alice", title="Title", body="Body", publish=publish)


def test_a_published_post_is_told_whole():
    post = write()

    assert told() == [
        PostCreated(
            post_id=post.id,
            version=1,
            edition=1,
            author="alice",
            title="Title",
            body="Body",
            status="published",
            published_at=post.published_at,
        )
    ]


def test_a_draft_is_told_to_nobody():
    post = write(publish=False)
    commands.edit_post(post_id=post.id, by=ALICE, title="Another title")
    commands.withdraw_post(post_id=post.id, by=ALICE)
    commands.delete_post(post_id=post.id, by=ALICE)

    assert told() == []


def test_publishing_a_draft_tells_it_as_new():
    post = commands.publish_post(post_id=write(publish=False).id, by=ALICE)

    [created] = told()
    assert isinstance(created, PostCreated)
    assert (created.version, created.edition, created.published_at) == (2, 1, post.published_at)


def test_an_edit_makes_a_new_edition_and_tells_the_whole_state():
    post = write()
    commands.edit_post(post_id=post.id, by=ALICE, body="Another body")

    updated = told()[-1]
    assert isinstance(updated, PostUpdated)
    assert (updated.version, updated.edition, updated.title, updated.body) == (2, 2, "Title", "Another body")


def test_a_repeated_command_changes_and_tells_nothing():
    post = write()
    commands.edit_post(post_id=post.id, by=ALICE, title="Title", body="Body")
    commands.publish_post(post_id=post.id, by=ALICE)

    post.refresh_from_db()
    assert (post.version, post.edition, len(told())) == (1, 1, 1)


def test_withdrawing_tells_a_deletion_and_publishing_again_a_creation():
    post = write()
    commands.withdraw_post(post_id=post.id, by=ALICE)
    commands.publish_post(post_id=post.id, by=ALICE)

    assert [(type(event), event.version) for event in told()] == [
        (PostCreated, 1),
        (PostDeleted, 2),
        (PostCreated, 3),
    ]


def test_a_deleted_post_stays_as_an_emptied_tombstone():
    post = write()
    commands.delete_post(post_id=post.id, by=ALICE)

    post.refresh_from_db()
    assert (post.title, post.body, post.published_at, post.version) == ("", "", None, 2)
    assert post.deleted_at is not None
    assert told()[-1] == PostDeleted(post_id=post.id, version=2)


def test_nothing_more_can_be_done_to_a_deleted_post():
    post = write()
    commands.delete_post(post_id=post.id, by=ALICE)

    for command in (commands.edit_post, commands.publish_post, commands.withdraw_post, commands.delete_post):
        with pytest.raises(domain.NoSuchPost):
            command(post_id=post.id, by=ALICE)
    assert len(told()) == 2


@pytest.mark.parametrize(
    "command", [commands.edit_post, commands.publish_post, commands.withdraw_post, commands.delete_post]
)
def test_no_command_lets_anyone_at_what_others_wrote(command):
    with pytest.raises(domain.NotYours):
        command(post_id=write().id, by=BRUNO)
    with pytest.raises(domain.NoSuchPost):
        command(post_id=write(publish=False).id, by=BRUNO)
    with pytest.raises(domain.NoSuchPost):
        command(post_id=uuid4(), by=ALICE)


def test_a_write_that_is_rolled_back_tells_nothing():
    class PowerCut(Exception):
        pass

    with pytest.raises(PowerCut), transaction.atomic():
        write()
        raise PowerCut

    assert Post.objects.count() == 0
    assert told() == []


def test_a_refused_text_leaves_the_post_as_it_was():
    post = write()
    with pytest.raises(domain.Unwritable):
        commands.edit_post(post_id=post.id, by=ALICE, title="  ")

    post.refresh_from_db()
    assert (post.title, len(told())) == ("Title", 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite writes one at a time: needs a postgres:// DATABASE_URL"
)
def test_edits_at_the_same_time_get_versions_of_their_own():
    post = write()

    def edit(number: int) -> None:
        commands.edit_post(post_id=post.id, by=ALICE, body=f"Body {number}")
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(edit, range(20)))
    assert sorted(event.version for event in told()) == list(range(1, 22))
