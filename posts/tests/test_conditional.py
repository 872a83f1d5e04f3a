"""A client that has seen a post says so: it is not sent again, and not changed behind its back."""

from uuid import uuid4

import pytest

from posts import commands
from posts.models import Post
from shared_events.testing import told

POSTS = "/posts/api/v1/posts/"
TEXT = {"title": "Title", "body": "Body"}
PROBLEM = "application/problem+json"


@pytest.fixture
def post(alice) -> str:
    return alice.post(POSTS, TEXT, format="json")["Location"]


def edit(client, post, seen=None, title="Another title"):
    headers = {} if seen is None else {"if-match": seen}
    return client.patch(post, {"title": title}, format="json", headers=headers)


def test_every_answer_that_shows_a_post_has_the_tag_of_its_version(alice, post):
    assert alice.get(post)["ETag"] == alice.post(f"{post}publish/")["ETag"] == '"1"'
    assert edit(alice, post)["ETag"] == alice.get(post)["ETag"] == '"2"'
    assert alice.post(f"{post}withdraw/")["ETag"] == '"3"'
    assert alice.post(POSTS, TEXT, format="json")["ETag"] == '"1"'


@pytest.mark.parametrize("known", ['"1"', 'W/"1"', "*", '"7", "1"'])
def test_what_is_known_is_not_sent_again(anyone, post, known):
    answer = anyone.get(post, headers={"if-none-match": known})

    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", '"1"')
    assert answer["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("known", ['"2"', "1", "", "garbage", '"1'])
def test_what_is_not_known_is_sent(anyone, post, known):
    assert anyone.get(post, headers={"if-none-match": known}).json()["version"] == 1


def test_a_change_is_sent_to_whoever_knows_the_post_as_it_was(alice, post):
    edit(alice, post)

    assert alice.get(post, headers={"if-none-match": '"1"'}).json()["title"] == "Another title"


@pytest.mark.parametrize("seen", ['"1"', "*", '"7", "1"'])
def test_a_change_to_what_was_seen_is_made(alice, post, seen):
    assert edit(alice, post, seen).json()["version"] == 2


@pytest.mark.parametrize("seen", ['"0"', '"2"', 'W/"1"', "1", "", '"01"', '"²"'])
def test_a_change_to_what_was_not_seen_is_refused(alice, post, seen):
    answers = [
        edit(alice, post, seen),
        alice.delete(post, headers={"if-match": seen}),
        alice.post(f"{post}withdraw/", headers={"if-match": seen}),
        alice.post(f"{post}publish/", headers={"if-match": seen}),
        alice.get(post, headers={"if-match": seen}),
    ]

    assert {(answer.status_code, answer["Content-Type"]) for answer in answers} == {(412, PROBLEM)}
    assert {answer.json()["code"] for answer in answers} == {"precondition_failed"}
    assert Post.objects.get().version == len(told()) == 1


def test_where_it_is_wanted_a_change_names_what_it_starts_from(alice, post, settings):
    settings.REQUIRE_IF_MATCH = True
    answers = [edit(alice, post), alice.delete(post), alice.post(f"{post}publish/")]

    assert {answer.status_code for answer in answers} == {428}
    assert {answer.json()["code"] for answer in answers} == {"precondition_required"}
    assert edit(alice, post, '"1"').json()["version"] == 2


def test_of_two_who_saw_the_same_only_the_first_writes(alice, post):
    seen = alice.get(post)["ETag"]

    assert edit(alice, post, seen, "First").status_code == 200
    assert edit(alice, post, seen, "Second").status_code == 412
    assert alice.get(post).json()["title"] == "First"


def test_a_tag_tells_nobody_of_a_post_that_they_may_not_read(alice, bruno):
    draft = alice.post(POSTS, TEXT | {"status": "draft"}, format="json")["Location"]

    for address in (draft, f"{POSTS}{uuid4()}/"):
        assert bruno.get(address, headers={"if-none-match": "*"}).status_code == 404
        assert edit(bruno, address, '"7"').status_code == 404


def test_moderation_changes_the_tag(alice, post):
    commands.take_verdict(post_id=Post.objects.get().id, edition=1, approved=False, version=1)

    assert alice.get(post, headers={"if-none-match": '"1"'}).json()["status"] == "hidden"


def test_the_page_of_a_browser_has_no_tag(alice, post):
    page = alice.get(post, headers={"accept": "text/html", "if-none-match": '"1"'})

    assert (page.status_code, page.has_header("ETag")) == (200, False)
