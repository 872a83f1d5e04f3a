import pytest
from rest_framework.test import APIClient

from query.tests import visits
from query.tests.events import comment_updated, post_created, post_deleted, post_updated
from shared_events.testing import deliver

pytestmark = pytest.mark.django_db

ADDRESSES = [visits.FEED, visits.page_address(), visits.comments_address()]


@pytest.fixture(autouse=True)
def a_post_with_a_comment():
    deliver(post_created(), comment_updated())


def again(address: str, tag: str):
    return APIClient().get(address, HTTP_IF_NONE_MATCH=tag)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_answer_may_be_kept_and_has_to_be_asked_for_again(address):
    answer = visits.get(address)

    assert answer["Cache-Control"] == "public, no-cache"
    assert "Accept" in answer["Vary"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_the_answer_already_is_told_so(address, form):
    tag = visits.get(address)["ETag"]

    answer = again(address, form.format(tag))

    assert (answer.status_code, answer.content) == (304, b"")
    assert (answer["ETag"], answer["Cache-Control"]) == (tag, "public, no-cache")
    assert "Accept" in answer["Vary"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("tag", ['"other"', "", "nonsense", '"'])
def test_who_has_another_answer_gets_this_one(address, tag):
    answer = again(address, tag)

    assert answer.status_code == 200
    assert answer.content == visits.get(address).content


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("held", [{}, {"HTTP_IF_NONE_MATCH": "*"}])
@pytest.mark.parametrize("stale", ['"other"', 'W/"other"', "nonsense"])
def test_who_wants_an_answer_that_is_no_more_is_told_so(address, stale, held):
    answer = APIClient().get(address, HTTP_IF_MATCH=stale, **held)

    assert (answer.status_code, answer["Content-Type"]) == (412, "application/problem+json")
    assert answer.json()["code"] == "precondition_failed"


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("form", ["{}", '"other", {}', "*"])
def test_who_wants_the_answer_that_is_there_gets_it(address, form):
    tag = visits.get(address)["ETag"]

    answer = APIClient().get(address, HTTP_IF_MATCH=form.format(tag))

    assert (answer.status_code, answer["ETag"]) == (200, tag)


@pytest.mark.parametrize(
    ("address", "change"),
    [
        (visits.FEED, post_updated(title="Edited")),
        (visits.FEED, comment_updated(2)),
        (visits.FEED, comment_updated(version=3, body="Edited")),
        (visits.FEED, post_created(2)),
        (visits.FEED, post_deleted()),
        (visits.page_address(), post_updated(title="Edited")),
        (visits.page_address(), comment_updated(2)),
        (visits.comments_address(), comment_updated(version=3, body="Edited")),
    ],
)
def test_whatever_changes_an_answer_changes_its_tag(address, change):
    before = visits.get(address)
    deliver(change)
    after = again(address, before["ETag"])

    assert after.status_code == 200
    assert (after.content != before.content) and (after["ETag"] != before["ETag"])


def test_a_page_that_now_leads_to_another_is_another():
    before = visits.get(visits.FEED, page_size=1)
    deliver(post_created(0))

    after = again(f"{visits.FEED}?page_size=1", before["ETag"])

    assert after.status_code == 200
    assert (before.json()["next"], bool(after.json()["next"])) == (None, True)


def test_what_was_hidden_is_not_confirmed():
    tag = visits.get(visits.page_address())["ETag"]
    deliver(post_updated(status="hidden"))

    assert again(visits.page_address(), tag).status_code == 404
    assert again(visits.page_address(), "*").status_code == 404


def test_hearing_the_same_again_leaves_the_tag():
    tag = visits.get(visits.page_address())["ETag"]
    deliver(post_updated(version=2), comment_updated(version=3))

    assert visits.get(visits.page_address())["ETag"] == tag


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_for_people_is_not_taken_for_the_answer_to_a_program(client, address):
    tag = visits.get(address)["ETag"]

    page = client.get(address, HTTP_ACCEPT="text/html", HTTP_IF_NONE_MATCH=tag)

    assert (page.status_code, page.get("ETag")) == (200, None)


def test_a_head_is_answered_like_a_get():
    answer = APIClient().head(visits.FEED)

    assert (answer.status_code, answer["ETag"]) == (200, visits.get(visits.FEED)["ETag"])
