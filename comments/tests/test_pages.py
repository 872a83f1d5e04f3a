"""The pages for people: the admin and the browsable API."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from comments import commands
from comments.models import Comment
from comments.tests.events import POST, post_created, post_deleted
from shared_events.catalogue import CommentDeleted
from shared_events.testing import deliver, told

pytestmark = pytest.mark.django_db
ADMIN, API = "/comments/admin/", "/comments/api/v1/"


@pytest.fixture
def staff() -> Client:
    client = Client(headers={"accept": "text/html"})
    client.force_login(User.objects.create_superuser("root"))
    return client


def page(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    return answer.content.decode()


def test_every_admin_page_answers(approved, staff):
    for address in (
        "",
        "comments/comment/",
        f"comments/comment/{approved.id}/change/",
        f"comments/comment/{approved.id}/delete/",
        "comments/comment/?status__exact=pending&q=hello",
        "comments/comment/?o=2.4",
        "comments/postreplica/",
        f"comments/postreplica/{POST}/change/",
        "comments/postreplica/?is_deleted__exact=0&q=title",
        "shared_events/outboxentry/",
    ):
        page(staff, f"{ADMIN}{address}")


def test_the_list_shows_where_a_comment_stands_and_what_it_is_about(approved, staff):
    shown = page(staff, f"{ADMIN}comments/comment/")

    assert '<span class="pill pill-good">approved</span>' in shown
    assert "A title" in shown


def test_the_list_shows_comments_whose_post_is_deleted_or_unknown(approved, staff):
    stray = Comment.objects.create(post_id=approved.id, author="bob", body="Imported", status="approved")
    deliver(post_deleted())

    shown = page(staff, f"{ADMIN}comments/comment/")

    assert f"{POST} (deleted)" in shown
    assert f"{stray.post_id} (not known here)" in shown


def test_what_people_wrote_is_text_and_nothing_else(post, staff):
    deliver(post_created(version=2, title="<script>alert(1)</script>"))
    comment = commands.write_comment(post_id=post, author="<b>bob</b>", body="<script>alert(2)</script>")

    for address in (
        f"{ADMIN}comments/comment/",
        f"{ADMIN}comments/comment/{comment.id}/change/",
        f"{ADMIN}comments/comment/{comment.id}/delete/",
        f"{ADMIN}comments/postreplica/",
        f"{ADMIN}comments/postreplica/{POST}/change/",
    ):
        shown = page(staff, address)
        assert "<script>alert" not in shown
        assert "<b>bob" not in shown


def test_the_staff_deletes_through_the_command(comment, staff):
    staff.post(f"{ADMIN}comments/comment/{comment.id}/delete/", {"post": "yes"})

    assert told()[-1] == CommentDeleted(comment_id=comment.id, post_id=POST, version=2)


def test_the_staff_deletes_many_through_the_command(comment, approved, staff):
    other = commands.write_comment(post_id=POST, author="carol", body="Hello")
    chosen = {"action": "delete_selected", "_selected_action": [comment.id, other.id], "post": "yes"}

    staff.post(f"{ADMIN}comments/comment/", chosen)

    assert {event.comment_id for event in told() if isinstance(event, CommentDeleted)} == {
        comment.id,
        other.id,
    }
    assert Comment.objects.filter(deleted_at=None).count() == 0


def test_nobody_puts_words_into_the_mouths_of_others(comment, staff):
    assert staff.get(f"{ADMIN}comments/comment/add/").status_code == 403
    assert staff.post(f"{ADMIN}comments/comment/{comment.id}/change/", {"body": "Mine"}).status_code == 403


def test_replicas_are_to_look_at(post, staff):
    shown = page(staff, f"{ADMIN}comments/postreplica/{POST}/change/")

    for label in ("Version", "Told at", "Applied at", "Lag"):
        assert label in shown
    assert staff.get(f"{ADMIN}comments/postreplica/add/").status_code == 403
    for verb in ("change", "delete"):
        answer = staff.post(f"{ADMIN}comments/postreplica/{POST}/{verb}/", {"post": "yes"})
        assert answer.status_code == 403


def test_the_browsable_api_has_forms_for_those_who_may_write(approved, staff):
    visitor = Client(headers={"accept": "text/html"})
    for address in (f"{API}posts/{POST}/comments/", f"{API}comments/{approved.id}/"):
        assert 'name="_content"' in page(staff, address)
        assert 'name="_content"' not in page(visitor, address)
    page(staff, f"{API}comments/")


def test_a_browser_is_told_on_a_page_what_is_refused(post, staff):
    for answer, status in (
        (staff.get(f"{API}comments/{POST}/"), 404),
        (staff.get(f"{API}posts/{POST.__class__(int=9)}/comments/"), 404),
        (staff.post(f"{API}posts/{POST}/comments/", b"{}", content_type="application/json"), 400),
        (Client(headers={"accept": "text/html"}).get(f"{API}comments/"), 401),
    ):
        assert (answer.status_code, answer["Content-Type"]) == (status, "text/html; charset=utf-8")
