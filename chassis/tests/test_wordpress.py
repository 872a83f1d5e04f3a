from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chassis import wordpress
from chassis.wordpress import Export, ExportedComment, ExportedPost, LeftOut, markup

GARDEN = Path(__file__).parent / "wordpress" / "garden.xml"
SITE = "https://garden.example/blog"


@pytest.fixture
def posts() -> dict[int, ExportedPost]:
    return {post.wordpress_id: post for post in Export(GARDEN, pages=True).posts()}


@pytest.fixture
def comments() -> dict[int, ExportedComment]:
    return {comment.wordpress_id: comment for comment in Export(GARDEN).comments()}


def rewritten(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = GARDEN.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "rewritten.xml"
    path.write_text(text)
    return path


def test_a_post_comes_as_it_was_written(posts):
    assert posts[10] == ExportedPost(
        id=wordpress.post_id(SITE, 10),
        wordpress_id=10,
        kind="post",
        author="rosa",
        title="Beans &amp; peas",
        body='<p>Sow in <b>April</b> &amp; water.</p>\n\n[gallery ids="1,2"]\n<!--more-->\nStraße, 豆.',
        status="published",
        written_at=datetime(2024, 3, 2, 9, 30, tzinfo=UTC),
    )


def test_a_comment_comes_as_it_was_written_and_its_thread_is_flat(comments):
    assert comments[2] == ExportedComment(
        id=wordpress.comment_id(SITE, 2),
        wordpress_id=2,
        post_id=wordpress.post_id(SITE, 10),
        author="rosa",
        body="They are <em>peas</em> &amp; beans.",
        status="approved",
        written_at=datetime(2024, 3, 10, 8, 0, tzinfo=UTC),
    )


def test_two_readers_agree_on_which_post_a_comment_belongs_to(posts, comments):
    assert {comment.post_id for comment in comments.values()} == {posts[10].id}


def test_pages_come_only_when_they_are_asked_for():
    assert [post.wordpress_id for post in Export(GARDEN).posts() if post.kind == "page"] == []
    assert [post.wordpress_id for post in Export(GARDEN, pages=True).posts() if post.kind == "page"] == [2]
    assert 20 in {comment.wordpress_id for comment in Export(GARDEN, pages=True).comments()}


def test_only_what_the_site_shows_is_published(posts):
    assert {number for number, post in posts.items() if post.status == "published"} == {2, 10, 15}


def test_drafts_reviews_and_what_is_dated_after_the_export_are_drafts(posts):
    assert {number for number, post in posts.items() if post.status == "draft"} == {11, 12, 13, 14}


@pytest.mark.parametrize(
    "status", ["private", "trash", "auto-draft", "inherit", "members-only", "", "PUBLISH"]
)
def test_no_status_but_known_open_ones_lets_a_post_out(tmp_path, status):
    export = Export(rewritten(tmp_path, ("<wp:status>publish<", f"<wp:status>{status}<")), pages=True)
    assert {post.wordpress_id for post in export.posts()} == {11, 12, 13}
    assert list(export.comments()) == []


def test_a_password_keeps_a_post_and_its_comments_in(tmp_path):
    password = ("<wp:post_password></wp:post_password>", "<wp:post_password> </wp:post_password>")
    assert list(Export(rewritten(tmp_path, password), pages=True)) == []


def test_a_post_may_be_as_long_as_a_book(tmp_path):
    book = "x" * 3_000_000
    assert book in {post.body for post in Export(rewritten(tmp_path, ("Some notes.", book))).posts()}


def test_approval_is_what_wordpress_says(comments):
    assert {number: comment.status for number, comment in comments.items()} == {
        1: "approved",
        2: "approved",
        3: "pending",
        11: "approved",
        12: "approved",
    }


def test_who_gave_no_name_is_anonymous(posts, comments):
    assert posts[15].author == "anonymous"
    assert comments[3].author == "anonymous"


def test_mail_addresses_are_not_even_held():
    assert "bert@" in GARDEN.read_text()
    assert "bert@" not in repr(list(markup.items(GARDEN, progress=id)))


def test_a_missing_date_is_taken_from_the_next_best_place(posts, comments):
    assert posts[11].written_at == datetime(2024, 4, 2, 18, 0, tzinfo=UTC), "local date"
    assert posts[12].written_at == datetime(2024, 4, 3, 18, 0, tzinfo=UTC), "pubDate, in its own zone"
    assert posts[15].written_at == datetime(2024, 6, 1, 12, 0, tzinfo=UTC), "the day of the export"
    assert comments[11].written_at == datetime(2024, 3, 10, 10, 0, tzinfo=UTC), "local date"
    assert comments[12].written_at == posts[10].written_at, "its post's"


@given(st.text("0123456789-: TZ"))
@example("0001-01-01 00:00:00")
@example("9999-12-31 23:59:59")
@example("Fri, 31 Dec 9999 23:59:59 -1200")
def test_no_date_breaks_the_reading(tmp_path_factory, date):
    path = rewritten(tmp_path_factory.mktemp("dates"), ("2024-03-10 08:00:00", date))
    assert all(2 <= record.written_at.year < 9999 for record in Export(path))


def test_all_that_does_not_come_is_counted_with_its_reason():
    assert wordpress.check(GARDEN) == wordpress.Totals(
        posts=6,
        comments=5,
        left_out={
            LeftOut.MENU: 1,
            LeftOut.ATTACHMENT: 1,
            LeftOut.PAGE: 2,
            LeftOut.OTHER_KIND: 1,
            LeftOut.PRIVATE: 1,
            LeftOut.PROTECTED: 1,
            LeftOut.TRASHED: 1,
            LeftOut.OTHER_STATUS: 1,
            LeftOut.EMPTY: 1,
            LeftOut.WITHOUT_ID: 1,
            LeftOut.PINGBACK: 1,
            LeftOut.TRACKBACK: 1,
            LeftOut.OTHER_COMMENT: 1,
            LeftOut.SPAM: 1,
            LeftOut.TRASHED_COMMENT: 1,
            LeftOut.OTHER_COMMENT_STATUS: 1,
            LeftOut.EMPTY_COMMENT: 1,
            LeftOut.COMMENT_WITHOUT_ID: 1,
            LeftOut.ORPHANED: 3,
        },
    )


@pytest.mark.parametrize("pages", [True, False])
def test_a_check_counts_what_a_reading_gives(pages):
    export = Export(GARDEN, pages=pages)
    for _ in range(2):
        given = Counter(type(record) for record in export)
        assert wordpress.check(GARDEN, pages=pages) == wordpress.Totals(
            posts=given[ExportedPost], comments=given[ExportedComment], left_out=export.left_out
        )


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_older_versions_read_the_same(tmp_path, version):
    older = rewritten(tmp_path, ("/export/1.2/", f"/export/{version}/"))
    assert list(Export(older)) == list(Export(GARDEN))


def test_another_prefix_for_the_same_namespace_reads_the_same(tmp_path):
    renamed = rewritten(tmp_path, ("<wp:", "<w:"), ("</wp:", "</w:"), ("xmlns:wp", "xmlns:w"))
    assert list(Export(renamed)) == list(Export(GARDEN))


def test_blogs_of_one_network_do_not_share_ids(tmp_path):
    neighbour = rewritten(tmp_path, (">https://garden.example/blog<", ">https://kitchen.example/blog<"))
    assert not {record.id for record in Export(neighbour)} & {record.id for record in Export(GARDEN)}


def test_progress_adds_up_to_the_file():
    steps: list[int] = []
    wordpress.check(GARDEN, progress=steps.append)
    assert sum(steps) == GARDEN.stat().st_size


@pytest.mark.parametrize(
    "spelling",
    [
        "http://garden.example/blog",
        "https://garden.example/blog/",
        " HTTPS://Garden.Example:443/blog",
        "http://garden.example:80/blog",
        "//garden.example/blog",
    ],
)
def test_a_site_keeps_its_ids_however_its_address_is_spelled(spelling):
    assert wordpress.post_id(spelling, 10) == wordpress.post_id(SITE, 10)


def test_ids_are_what_they_always_were():
    assert str(wordpress.post_id(SITE, 10)) == "51a6f52b-e8ea-5b5e-867f-752b050337eb"
    assert str(wordpress.comment_id(SITE, 10)) == "323c4663-ac81-5a64-82b8-f9d7c78595dd"


@given(st.sets(st.tuples(st.sampled_from(["a.example", "a.example/b", "b.example:81"]), st.integers(1))))
def test_no_two_things_share_an_id(things):
    ids = {identify(*thing) for thing in things for identify in (wordpress.post_id, wordpress.comment_id)}
    assert len(ids) == 2 * len(things)
