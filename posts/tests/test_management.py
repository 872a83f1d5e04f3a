import jwt
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from posts.management.commands.demo import demo_id
from posts.models import Post
from shared_events.catalogue import PostCreated
from shared_events.testing import told


def test_the_demo_writes_its_posts_once(capsys):
    call_command("demo")
    call_command("demo")

    assert capsys.readouterr().out.splitlines() == [
        "demo: 6 posts written, 0 were there already",
        "demo: 0 posts written, 6 were there already",
    ]
    assert Post.objects.get(pk=demo_id("A garden on the roof")).author == "alice"
    assert [type(event) for event in told()] == [PostCreated] * 5


def test_a_minted_token_lets_its_bearer_write(capsys):
    call_command("token", "alice")
    bearer = {"authorization": f"Bearer {capsys.readouterr().out.strip()}"}
    answer = APIClient().post(
        "/posts/api/v1/posts/", {"title": "t", "body": "b"}, format="json", headers=bearer
    )

    assert (answer.status_code, answer.json()["author"]) == (201, "alice")


def test_a_token_for_a_moderator_says_so(capsys):
    call_command("token", "mira", "--moderator", "--hours", "1")
    token = capsys.readouterr().out.strip()
    claims = jwt.decode(token, settings.JWT["PUBLIC_KEY"], ["EdDSA"], audience=settings.JWT["AUDIENCE"])

    assert (claims["sub"], claims["roles"], claims["exp"] - claims["iat"]) == ("mira", ["moderator"], 3600)


def test_a_place_without_the_private_key_says_so(settings):
    settings.JWT = settings.JWT | {"PRIVATE_KEY": ""}

    with pytest.raises(CommandError, match="JWT_PRIVATE_KEY is missing"):
        call_command("token", "alice")


@pytest.mark.parametrize("hours", ["0", "-1", "nan", "inf", "1e300"])
def test_a_token_that_nobody_could_use_is_not_minted(hours):
    with pytest.raises(CommandError, match="--hours"):
        call_command("token", "alice", f"--hours={hours}")
    with pytest.raises(CommandError, match="a name has"):
        call_command("token", "")
