"""What the API looks like to somebody with a browser."""

import pytest

from query.tests import visits
from query.tests.events import comment_updated, post_created
from shared_events.testing import deliver

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", [visits.FEED, visits.page_address(), visits.comments_address()])
def test_a_page_shows_everything_and_offers_no_form_to_write(client, address):
    deliver(post_created(), comment_updated(body="<b>Bold</b>"))

    answer = client.get(address, HTTP_ACCEPT="text/html")
    text = answer.content.decode()

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "&lt;b&gt;Bold" in text and "<b>Bold" not in text
    assert 'method="POST"' not in text and "<textarea" not in text


@pytest.mark.parametrize("address", [f"{visits.FEED}?page_size=abc", visits.page_address(9)])
def test_a_problem_is_a_page_too(client, address):
    answer = client.get(address, HTTP_ACCEPT="text/html")

    assert answer.status_code in (400, 404)
    assert answer["Content-Type"].startswith("text/html")


def test_the_index_of_the_api_names_every_address(client):
    answer = client.get("/query/api/v1/", HTTP_ACCEPT="application/json")

    assert set(answer.json()) == {"feed", "post", "comments"}
