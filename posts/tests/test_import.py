from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from chassis import wordpress
from chassis.wordpress import Export, batches
from chassis.wordpress.testing import SITE, comment, export, item
from posts import commands
from posts.domain import Person
from posts.models import Post
from shared_events.catalogue import PostCreated
from shared_events.testing import told

ROSA = Person("rosa")
EXPORTS = Path(wordpress.__file__).parents[1] / "tests" / "wordpress"
WRITTEN = datetime(2024, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def imported(tmp_path, capsys):
    """Imports these items and returns what the command says."""

    def run(*items: str, **options: bool) -> str:
        call_command("import", export(tmp_path / "export.xml", items), **options)
        return capsys.readouterr().out

    return run


def post_of(number: int) -> Post:
    return Post.objects.get(pk=wordpress.post_id(SITE, number))


def test_what_was_published_is_published_with_its_date_and_told_whole(imported):
    said = imported(item(7, title="The ferry", body="<p>It is late.</p>"))

    assert said == "posts: 1 imported, 0 were there already\n"
    assert told() == [
        PostCreated(
            post_id=wordpress.post_id(SITE, 7),
            version=1,
            edition=1,
            author="rosa",
            title="The ferry",
            body="<p>It is late.</p>",
            status="published",
            published_at=WRITTEN,
        )
    ]
    post = post_of(7)
    assert (post.status, post.created_at, post.published_at) == ("published", WRITTEN, WRITTEN)


def test_a_draft_comes_and_is_told_to_nobody(imported):
    imported(item(7, status="draft"))

    post = post_of(7)
    assert (post.status, post.author, post.created_at, post.published_at) == ("draft", "rosa", WRITTEN, None)
    assert told() == []


def test_an_imported_post_belongs_to_the_author_of_the_same_name(imported):
    imported(item(7, status="draft"))

    commands.publish_post(post_id=wordpress.post_id(SITE, 7), by=ROSA)

    assert [event.version for event in told()] == [2]


def test_a_second_run_changes_and_tells_nothing_and_says_so(imported):
    items = [item(7), item(8, status="draft")]
    imported(*items)
    before = list(Post.objects.order_by("id").values())

    assert imported(*items) == "posts: nothing changed, 0 imported, 2 were there already\n"
    assert list(Post.objects.order_by("id").values()) == before
    assert len(told()) == 1


def test_what_was_edited_here_stays_edited(imported):
    imported(item(7))
    commands.edit_post(post_id=wordpress.post_id(SITE, 7), by=ROSA, title="The ferry was late")

    imported(item(7))

    assert (post_of(7).title, len(told())) == ("The ferry was late", 2)


def test_what_was_deleted_here_stays_deleted(imported):
    imported(item(7))
    commands.delete_post(post_id=wordpress.post_id(SITE, 7), by=ROSA)

    assert "nothing changed" in imported(item(7))
    assert (post_of(7).title, len(told())) == ("", 2)


@pytest.mark.django_db(transaction=True)
def test_an_import_that_died_is_completed_by_the_next(imported, tmp_path):
    items = [item(number) for number in range(1, 6)]
    first = list(Export(export(tmp_path / "export.xml", items)).posts())[:2]
    commands.import_posts(first)

    assert "3 imported, 2 were there already" in imported(*items)
    assert Post.objects.count() == len(told()) == 5


def test_a_batch_that_is_rolled_back_leaves_neither_posts_nor_events(tmp_path):
    class PowerCut(Exception):
        pass

    with pytest.raises(PowerCut), transaction.atomic():
        commands.import_posts(list(Export(export(tmp_path / "export.xml", [item(7)])).posts()))
        raise PowerCut

    assert not Post.objects.exists()
    assert told() == []


def test_a_long_export_comes_in_many_batches_and_in_its_order(imported, monkeypatch):
    monkeypatch.setattr(batches, "LARGEST_BATCH", 2)

    assert "5 imported" in imported(*(item(number, title=f"No. {number}") for number in range(1, 6)))
    assert [event.title for event in told()] == ["No. 1", "No. 2", "No. 3", "No. 4", "No. 5"]


def test_an_id_that_a_file_holds_twice_comes_once(imported):
    said = imported(item(7, title="First"), item(7, title="Second"))

    assert said == "posts: 1 imported, 1 were there already\n"
    assert (post_of(7).title, len(told())) == ("First", 1)


def test_a_title_comes_as_plain_text(imported):
    imported(item(7, title="Boats &amp; <em>tr</em>ains<br>by <b>night</b>"))

    assert post_of(7).title == "Boats & trains by night"


def test_a_long_title_is_cut_after_a_word_and_named(imported):
    said = imported(item(7, title="harbour! " * 30))

    assert post_of(7).title == "harbour! " * 21 + "harbour!…"
    assert "changed: post 7 of the export: its title was too long" in said


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("<p>The <b>ferry</b> is late.</p>", "The ferry is late."),
        ("so late " * 10, "so late " * 7 + "so…"),
        ("x" * 80, "x" * 59 + "…"),
        ("so " + "x" * 80, "so " + "x" * 56 + "…"),
        ('<img src="ferry.jpg">', "Untitled"),
    ],
)
def test_a_title_that_is_missing_is_made_from_the_first_words(imported, body, title):
    said = imported(item(7, title=" ", body=body))

    assert post_of(7).title == title
    assert "changed: post 7 of the export: it had no title" in said


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"body": "x" * 50_001}, "A title has at most 200 characters, a body at most 50000."),
        ({"body": " \n"}, "A post needs a title and a body."),
        ({"author": "x" * 151}, "The name of an author has at most 150 characters."),
    ],
)
def test_what_the_rules_refuse_is_left_out_and_named_and_the_rest_comes(imported, fields, reason):
    said = imported(item(7, **fields), item(8))

    assert said == (f"posts: 1 imported, 0 were there already\n  left out: post 7 of the export: {reason}\n")
    assert len(told()) == Post.objects.count() == 1


def test_what_just_fits_comes(imported):
    imported(item(7, title="t" * 200, body="x" * 50_000, author="a" * 150))

    assert (post_of(7).title, len(post_of(7).body), len(post_of(7).author)) == ("t" * 200, 50_000, 150)


def test_pages_come_when_they_are_asked_for(imported):
    page = item(7, kind="page")

    assert "left out: 1 pages (--pages takes them)" in imported(page)
    assert "posts: 1 imported" in imported(page, pages=True)


def test_what_never_comes_is_counted_with_its_reason(imported):
    said = imported(
        item(1, kind="nav_menu_item"),
        item(2, kind="attachment"),
        item(3, kind="attachment"),
        item(4, status="private"),
        item(5, comment(1, kind="pingback")),
    )

    assert said.splitlines() == [
        "posts: 1 imported, 0 were there already",
        "  left out: 1 menu entries, 2 attachments, 1 private posts",
    ]


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (EXPORTS / "absent.xml", "cannot be read: No such file or directory"),
        (EXPORTS, "is no file"),
        (EXPORTS / "feed.xml", "is no WordPress export"),
        (EXPORTS / "bomb.xml", "declares a document type"),
        (EXPORTS / "outsider.xml", "declares a document type"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_one_line(file, reason):
    with pytest.raises(CommandError, match=reason) as refusal:
        call_command("import", file)

    assert str(file) in str(refusal.value)
    assert str(refusal.value).endswith("Nothing was imported.")
    assert "\n" not in str(refusal.value)
    assert refusal.value.returncode == 1


def test_nothing_is_imported_of_a_file_that_breaks_off_at_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "LARGEST_BATCH", 1)
    path = export(tmp_path / "export.xml", [item(7), item(8)])
    path.write_text(path.read_text().removesuffix("</rss>\n"))

    with pytest.raises(CommandError, match=r"ends before the export does .* Nothing was imported"):
        call_command("import", path)

    assert not Post.objects.exists()
    assert told() == []
