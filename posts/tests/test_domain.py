import pytest

from posts import domain
from posts.domain import Person, Status

ALICE, BRUNO, STAFF = Person("alice"), Person("bruno"), Person("sam", is_staff=True)


@pytest.mark.parametrize(
    ("reader", "status", "may"),
    [
        (None, Status.PUBLISHED, True),
        (BRUNO, Status.PUBLISHED, True),
        (None, Status.DRAFT, False),
        (BRUNO, Status.DRAFT, False),
        (BRUNO, Status.HIDDEN, False),
        (ALICE, Status.DRAFT, True),
        (ALICE, Status.HIDDEN, True),
        (STAFF, Status.HIDDEN, True),
    ],
)
def test_what_is_not_published_is_for_its_author_and_the_staff(reader, status, may):
    assert domain.may_read(reader, author="alice", status=status) is may


@pytest.mark.parametrize(
    ("person", "status", "refusal"),
    [
        (BRUNO, Status.PUBLISHED, domain.NotYours),
        (BRUNO, Status.DRAFT, domain.NoSuchPost),
        (BRUNO, Status.HIDDEN, domain.NoSuchPost),
    ],
)
def test_only_author_and_staff_may_change_a_post(person, status, refusal):
    domain.check_may_change(ALICE, author="alice", status=status)
    domain.check_may_change(STAFF, author="alice", status=status)
    with pytest.raises(refusal):
        domain.check_may_change(person, author="alice", status=status)


@pytest.mark.parametrize(
    ("status", "approved", "is_told", "then"),
    [
        (Status.PUBLISHED, True, True, Status.PUBLISHED),
        (Status.PUBLISHED, False, True, Status.HIDDEN),
        (Status.DRAFT, True, False, Status.DRAFT),
        (Status.DRAFT, False, False, Status.HIDDEN),
        (Status.HIDDEN, True, True, Status.PUBLISHED),
        (Status.HIDDEN, True, False, Status.DRAFT),
        (Status.HIDDEN, False, True, Status.HIDDEN),
        (Status.HIDDEN, False, False, Status.HIDDEN),
    ],
)
def test_what_a_verdict_does_to_a_post(status, approved, is_told, then):
    assert domain.status_after_verdict(status, approved=approved, is_told=is_told) is then


@pytest.mark.parametrize(
    ("edition", "version", "takes"),
    [(2, 4, True), (2, 3, False), (2, 2, False), (1, 9, False), (3, 9, False)],
)
def test_a_verdict_counts_for_its_own_edition_and_only_if_newer(edition, version, takes):
    assert domain.takes_effect(edition=edition, version=version, current_edition=2, last_version=3) is takes


@pytest.mark.parametrize(
    ("title", "body"), [("", "b"), (" \n", "b"), ("t", ""), ("t" * 201, "b"), ("t", "b" * 50_001)]
)
def test_a_post_without_a_fitting_text_is_refused(title, body):
    domain.check_text(title="t" * 200, body="b" * 50_000)
    with pytest.raises(domain.Unwritable):
        domain.check_text(title=title, body=body)
