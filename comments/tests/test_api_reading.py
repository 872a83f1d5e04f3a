import pytest
from django.utils.dateparse import parse_datetime

from comments import commands
from comments.domain import Person
from comments.tests.events import POST, judged, post_created
from shared_events.testing import deliver

pytestmark = pytest.mark.django_db
ON_POST, MINE = f"/comments/api/v1/posts/{POST}/comments/", "/comments/api/v1/comments/"


def write(author, body, verdict=None):
    comment = commands.write_comment(post_id=POST, author=author, body=body)
    if verdict:
        deliver(judged(comment, verdict))
    return comment


def bodies(answer):
    assert answer.status_code == 200
    return [comment["body"] for comment in answer.json()["results"]]


@pytest.fixture
def said(post):
    write("bob", "oldest", "approved")
    write("bob", "rejected", "rejected")
    write("carol", "newer", "approved")
    write("bob", "pending")


def test_anyone_reads_what_was_approved_newest_first(said, anonymous, carol):
    assert bodies(anonymous.get(ON_POST)) == ["newer", "oldest"]
    assert bodies(carol.get(ON_POST)) == ["newer", "oldest"]


def test_authors_also_read_their_own_in_any_state(said, bob):
    assert bodies(bob.get(ON_POST)) == ["pending", "newer", "rejected", "oldest"]


def test_a_list_is_of_one_post(said, anonymous):
    deliver(post_created(POST.__class__(int=2)))

    assert bodies(anonymous.get(ON_POST.replace(str(POST), str(POST.__class__(int=2))))) == []


def test_my_comments_are_all_mine_and_only_mine(said, bob, carol):
    assert bodies(bob.get(MINE)) == ["pending", "rejected", "oldest"]
    assert bodies(carol.get(MINE)) == ["newer"]


def test_what_was_deleted_is_nowhere(approved, bob, anonymous):
    commands.delete_comment(comment_id=approved.id, by=Person("bob"))

    assert bodies(bob.get(MINE)) == bodies(bob.get(ON_POST)) == bodies(anonymous.get(ON_POST)) == []
    assert bob.get(f"{MINE}{approved.id}/").status_code == 404


def test_pages_follow_each_other_without_a_gap_while_new_comments_arrive(post, anonymous):
    for number in range(5):
        write("bob", str(number), "approved")

    first = anonymous.get(ON_POST, {"page_size": 2})
    write("carol", "new", "approved")
    second = anonymous.get(first.json()["next"])
    third = anonymous.get(second.json()["next"])

    assert bodies(first) + bodies(second) + bodies(third) == ["4", "3", "2", "1", "0"]
    assert third.json()["next"] is None


def test_a_comment_shows_its_whole_state(approved, anonymous):
    seen = anonymous.get(f"{MINE}{approved.id}/").json()

    assert parse_datetime(seen.pop("written_at")) == approved.written_at
    assert seen == {
        "url": f"http://testserver{MINE}{approved.id}/",
        "id": str(approved.id),
        "post_id": str(POST),
        "author": "bob",
        "body": "Hello",
        "status": "approved",
        "edition": 1,
        "version": 2,
    }


@pytest.mark.parametrize("verdict", [None, "rejected"])
def test_what_is_not_approved_is_its_authors_alone(post, anonymous, bob, carol, verdict):
    address = f"{MINE}{write('bob', 'Hello', verdict).id}/"

    assert bob.get(address).status_code == 200
    assert carol.get(address).status_code == 404
    assert anonymous.get(address).status_code == 404


def test_a_list_costs_the_same_however_long_it_is(said, bob, django_assert_max_num_queries):
    for number in range(10):
        write("carol", str(number), "approved")

    with django_assert_max_num_queries(2):
        assert len(bodies(bob.get(ON_POST))) == 14
