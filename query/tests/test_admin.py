from datetime import timedelta

import pytest
from django.urls import reverse

from query.models import CommentReplica, PostReplica
from query.tests.events import comment_deleted, comment_id, comment_updated, post_created, post_id
from shared_events.testing import deliver

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_post_with_comments():
    deliver(post_created(), comment_updated(1), comment_deleted(2))


def shown(client, model: str, key: object) -> str:
    return client.get(reverse(f"admin:query_{model}replica_change", args=[key])).content.decode()


def test_a_copy_is_shown_with_where_it_comes_from(admin_client):
    post = PostReplica.objects.get()
    PostReplica.objects.update(told_at=post.applied_at - timedelta(seconds=1, milliseconds=250))

    text = shown(admin_client, "post", post_id(1))

    for expected in ("Post 1", str(post.event_id), "Told at:", "Applied at:", ">1.250 s<", "published"):
        assert expected in text


@pytest.mark.parametrize(("number", "status"), [(1, "approved"), (2, "deleted")])
def test_a_comment_is_shown_even_when_it_is_deleted(admin_client, number, status):
    assert f"pill-{'good' if number == 1 else 'quiet'}" in shown(admin_client, "comment", comment_id(number))
    assert status in shown(admin_client, "comment", comment_id(number))


@pytest.mark.parametrize("model", ["post", "comment"])
@pytest.mark.parametrize("search", ["", "ann", "bob", "1", str(post_id(1)), "\0", "'"])
def test_the_list_of_copies_can_be_searched(admin_client, model, search):
    answer = admin_client.get(reverse(f"admin:query_{model}replica_changelist"), {"q": search})

    assert answer.status_code == 200


@pytest.mark.parametrize("model", ["post", "comment"])
def test_a_copy_cannot_be_changed_added_or_deleted(admin_client, model):
    key = post_id(1) if model == "post" else comment_id(1)
    for view, arguments in (("add", []), ("change", [key]), ("delete", [key])):
        address = reverse(f"admin:query_{model}replica_{view}", args=arguments)
        assert admin_client.post(address, {"body": "Mine", "post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [str(key)], "post": "yes"}
    admin_client.post(reverse(f"admin:query_{model}replica_changelist"), action)

    assert PostReplica.objects.get().body == "A body"
    assert CommentReplica.objects.count() == 2


def test_a_document_is_shown_as_readers_get_it(admin_client):
    deliver(comment_updated(3, body="<b>Bold</b>"))

    text = admin_client.get(reverse("admin:query_postdocument_change", args=[post_id(1)])).content.decode()

    assert "&quot;title&quot;: &quot;Post 1&quot;" in text
    assert "&lt;b&gt;Bold" in text and "<b>Bold" not in text


@pytest.mark.parametrize("search", ["", "ann", str(post_id(1)), "\0"])
def test_documents_can_be_searched_and_not_be_changed(admin_client, search):
    address = reverse("admin:query_postdocument_changelist")

    assert admin_client.get(address, {"q": search}).status_code == 200
    for view, arguments in (("add", []), ("change", [post_id(1)]), ("delete", [post_id(1)])):
        address = reverse(f"admin:query_postdocument_{view}", args=arguments)
        assert admin_client.post(address, {"text": "{}", "post": "yes"}).status_code == 403


def test_nobody_but_staff_sees_the_admin(client):
    answer = client.get(reverse("admin:query_postreplica_changelist"))

    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, reverse("admin:login"))
