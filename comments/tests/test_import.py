from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from chassis import wordpress
from chassis.wordpress import Export, batches
from chassis.wordpress.testing import SITE, comment, export, item
from comments import commands, domain
from comments.domain import Person
from comments.models import Comment
from comments.tests.events import judged, post_created
from shared_events.catalogue import CommentCreated, CommentUpdated
from shared_events.testing import deliver, told

pytestmark = pytest.mark.django_db
EXPORTS = Path(wordpress.__file__).parents[1] / "tests" / "wordpress"
POST = wordpress.post_id(SITE, 7)
BERT, STAFF = Person("Bert"), Person("root", is_staff=True)
WRITTEN = datetime(2024, 3, 3, 10, 0, tzinfo=UTC)


@pytest.fixture
def imported(tmp_path, capsys):
    """Imports comments on one post and returns what the command says."""

    def run(*given: str, pages: bool = False, **fields: str) -> str:
        call_command("import", export(tmp_path / "export.xml", [item(7, *given, **fields)]), pages=pages)
        return capsys.readouterr().out

    return run


def comment_of(number: int) -> Comment:
    return Comment.objects.get(pk=wordpress.comment_id(SITE, number))


def address(number: int) -> str:
    return f"/comments/api/v1/comments/{wordpress.comment_id(SITE, number)}/"


def test_what_was_approved_arrives_approved_and_is_told_whole(imported):
    assert imported(comment(1)) == "comments: 1 imported, 0 were there already\n"
    assert told() == [
        CommentCreated(
            comment_id=wordpress.comment_id(SITE, 1),
            version=1,
            post_id=POST,
            edition=1,
            author="Bert",
            body="Very late.",
            status="approved",
            written_at=WRITTEN,
        )
    ]


def test_what_nobody_approved_waits_for_its_verdict(imported):
    imported(comment(1, approved="0"))
    assert [event.status for event in told()] == ["pending"]

    deliver(judged(comment_of(1), "approved"))

    event = told()[-1]
    assert isinstance(event, CommentUpdated)
    assert (event.status, event.version, comment_of(1).status) == ("approved", 2, "approved")


def test_comments_may_come_before_their_post(imported, anonymous):
    imported(comment(1))
    url = f"/comments/api/v1/posts/{POST}/comments/"
    assert anonymous.get(url).status_code == 404

    deliver(post_created(POST))

    [shown] = anonymous.get(url).json()["results"]
    assert (shown["author"], shown["body"]) == ("Bert", "Very late.")


def test_comments_on_a_draft_come_too(imported, anonymous):
    imported(comment(1), status="draft")

    assert comment_of(1).status == "approved"
    assert anonymous.get(address(1)).status_code == 404


def test_whoever_takes_the_name_does_not_get_the_comment(imported, bob):
    deliver(post_created(POST))
    imported(comment(1, author="bob"), comment(2, author="bob", approved="0"))

    assert bob.patch(address(1), {"body": "Mine"}, format="json").status_code == 403
    assert bob.delete(address(1)).status_code == 403
    for request in (bob.get, bob.delete):
        assert request(address(2)).status_code == 404

    assert bob.get("/comments/api/v1/comments/").json()["results"] == []
    on_post = bob.get(f"/comments/api/v1/posts/{POST}/comments/").json()["results"]
    assert [shown["id"] for shown in on_post] == [str(wordpress.comment_id(SITE, 1))]
    assert (len(told()), Comment.objects.filter(deleted_at=None).count()) == (2, 2)


def test_the_staff_may_delete_an_imported_comment_for_good(imported):
    imported(comment(1))
    with pytest.raises(domain.NoSuchComment):
        commands.delete_comment(comment_id=comment_of(1).id, by=BERT)
    commands.delete_comment(comment_id=comment_of(1).id, by=STAFF)

    assert "nothing changed" in imported(comment(1))
    assert (comment_of(1).body, len(told())) == ("", 2)


def test_a_second_run_changes_and_tells_nothing_and_says_so(imported):
    given = [comment(1), comment(2, approved="0")]
    imported(*given)
    deliver(judged(comment_of(2), "rejected"))
    before = list(Comment.objects.order_by("id").values())

    assert imported(*given) == "comments: nothing changed, 0 imported, 2 were there already\n"
    assert list(Comment.objects.order_by("id").values()) == before
    assert len(told()) == 3


@pytest.mark.django_db(transaction=True)
def test_an_import_that_died_is_completed_by_the_next(imported, tmp_path):
    given = [comment(number) for number in range(1, 6)]
    first = list(Export(export(tmp_path / "export.xml", [item(7, *given)])).comments())[:2]
    commands.import_comments(first)

    assert "3 imported, 2 were there already" in imported(*given)
    assert Comment.objects.count() == len(told()) == 5


def test_a_thread_of_many_batches_comes_flat_and_in_its_order(imported, monkeypatch):
    monkeypatch.setattr(batches, "LARGEST_BATCH", 2)

    assert "5 imported" in imported(*(comment(number, body=f"No. {number}") for number in range(1, 6)))
    assert [event.body for event in told()] == ["No. 1", "No. 2", "No. 3", "No. 4", "No. 5"]


@pytest.mark.parametrize(
    ("signed", "author"),
    [
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ('<a href="https://example.org">Tom</a>', "Tom"),
        ("<img>", "anonymous"),
        ("", "anonymous"),
        ("x" * 150, "x" * 150),
        ("x" * 151, "x" * 149 + "…"),
    ],
)
def test_a_comment_shows_the_name_it_was_signed_with(imported, signed, author):
    said = imported(comment(1, author=signed))

    assert comment_of(1).author == author
    assert ("comment 1 of the export: its author's name was too long" in said) is (len(signed) == 151)


def test_what_is_too_long_is_left_out_and_named_and_the_rest_comes(imported):
    said = imported(comment(1, body="x" * 5_001), comment(2, body="x" * 5_000))

    assert said == (
        "comments: 1 imported, 0 were there already\n"
        "  left out: comment 1 of the export: A comment has at most 5000 characters.\n"
    )
    assert len(told()) == Comment.objects.count() == 1


def test_what_is_no_comment_is_counted_with_its_reason(imported):
    said = imported(
        comment(1),
        comment(2, kind="pingback"),
        comment(3, kind="trackback"),
        comment(4, approved="spam"),
        comment(5, kind="pingback"),
    )

    assert said.splitlines() == [
        "comments: 1 imported, 0 were there already",
        "  left out: 2 pingbacks, 1 trackbacks, 1 spam comments",
    ]


def test_comments_on_pages_come_when_pages_do(imported):
    reason = "left out: 1 comments, pingbacks and trackbacks of what was left out"
    assert reason in imported(comment(1), kind="page")
    assert "comments: 1 imported" in imported(comment(1), kind="page", pages=True)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (EXPORTS / "absent.xml", "cannot be read: No such file or directory"),
        (EXPORTS / "feed.xml", "is no WordPress export"),
        (EXPORTS / "bomb.xml", "declares a document type"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_one_line(file, reason):
    with pytest.raises(CommandError, match=f"{reason}.* Nothing was imported"):
        call_command("import", file)


def test_nothing_is_imported_of_a_file_that_breaks_off_at_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "LARGEST_BATCH", 1)
    path = export(tmp_path / "export.xml", [item(7, comment(1), comment(2))])
    path.write_text(path.read_text().removesuffix("</rss>\n"))

    with pytest.raises(CommandError, match=r"ends before the export does .* Nothing was imported"):
        call_command("import", path)

    assert not Comment.objects.exists()
    assert told() == []
