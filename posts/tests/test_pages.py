import pytest
from django.contrib.auth.models import Permission

from posts import commands
from posts.models import Post
from shared_events.catalogue import PostCreated, PostDeleted, PostUpdated
from shared_events.testing import told

ADMIN = "/posts/admin/posts/post/"
BROWSER = {"accept": "text/html"}


@pytest.fixture
def post() -> Post:
    return commands.create_post(author="alice", title="Title <b>", body="Body", publish=True)


def kinds() -> list[type]:
    return [type(event) for event in told()]


def test_the_admin_shows_posts(admin_client, post):
    for address in (ADMIN, f"{ADMIN}add/", f"{ADMIN}{post.id}/change/", f"{ADMIN}{post.id}/history/"):
        answer = admin_client.get(address)
        assert answer.status_code == 200
        assert b"Title <b>" not in answer.content


def test_a_post_written_in_the_admin_is_a_draft(admin_client):
    admin_client.post(f"{ADMIN}add/", {"title": "Written here", "body": "Body"})

    written = Post.objects.get()
    assert (written.author, written.title, written.status) == ("admin", "Written here", "draft")
    assert kinds() == []


def test_an_edit_in_the_admin_is_told(admin_client, post):
    admin_client.post(f"{ADMIN}{post.id}/change/", {"title": "Edited here", "body": "Body"})

    assert kinds() == [PostCreated, PostUpdated]
    assert told()[-1].title == "Edited here"
    assert told()[-1].version == 2


def test_a_refused_edit_in_the_admin_is_explained(admin_client, post):
    too_long = {"title": "Title", "body": "b" * 50_001}
    answer = admin_client.post(f"{ADMIN}{post.id}/change/", too_long, follow=True)

    assert "A title has at most 200 characters, a body at most 50000." in answer.content.decode()
    assert kinds() == [PostCreated]


def test_a_deletion_in_the_admin_is_told(admin_client, post):
    admin_client.post(f"{ADMIN}{post.id}/delete/", {"post": "yes"})

    assert kinds() == [PostCreated, PostDeleted]
    assert Post.objects.get().deleted_at is not None


@pytest.mark.parametrize(
    ("action", "then"),
    [
        ("publish", [PostCreated, PostCreated]),
        ("withdraw", [PostCreated, PostDeleted]),
        ("delete_selected", [PostCreated, PostDeleted]),
    ],
)
def test_every_action_of_the_admin_is_told(admin_client, post, action, then):
    draft = commands.create_post(author="bruno", title="Draft", body="Body", publish=False)
    chosen = {"action": action, "_selected_action": [str(post.id), str(draft.id)], "post": "yes"}
    answer = admin_client.post(ADMIN, chosen, follow=True)

    assert answer.status_code == 200
    assert kinds() == then


def test_an_action_says_which_posts_it_could_not_change(admin_client, post):
    commands.take_verdict(post_id=post.id, edition=1, approved=False, version=1)
    chosen = {"action": "publish", "_selected_action": [str(post.id)]}
    page = admin_client.post(ADMIN, chosen, follow=True).content.decode()

    assert "Moderation rejected this text" in page
    assert "Done for 0 of 1." in page


def test_staff_without_the_permission_change_nothing(client, django_user_model, post):
    sam = django_user_model.objects.create_user("sam", is_staff=True)
    sam.user_permissions.add(Permission.objects.get(codename="view_post"))
    client.force_login(sam)
    assert client.get(f"{ADMIN}{post.id}/change/").status_code == 200

    client.post(ADMIN, {"action": "withdraw", "_selected_action": [str(post.id)]})
    assert client.post(f"{ADMIN}{post.id}/change/", {"title": "t", "body": "b"}).status_code == 403
    assert client.post(f"{ADMIN}{post.id}/delete/", {"post": "yes"}).status_code == 403
    assert kinds() == [PostCreated]


def test_the_api_can_be_browsed(admin_client, post):
    admin_client.post(
        "/posts/api/v1/posts/", {"title": "Mine", "body": "Body"}, content_type="application/json"
    )
    mine = Post.objects.get(author="admin")
    for address in ("", "posts/", f"posts/{mine.id}/", f"posts/{post.id}/"):
        answer = admin_client.get(f"/posts/api/v1/{address}", headers=BROWSER)
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert b"Title <b>" not in answer.content


def test_a_form_of_the_browsable_api_is_filled_with_what_is_there(admin_client):
    admin_client.post(
        "/posts/api/v1/posts/", {"title": "Mine", "body": "Body"}, content_type="application/json"
    )
    page = admin_client.get(f"/posts/api/v1/posts/{Post.objects.get().id}/", headers=BROWSER).content.decode()

    assert "&quot;title&quot;: &quot;Mine&quot;" in page.split("<textarea")[1]
