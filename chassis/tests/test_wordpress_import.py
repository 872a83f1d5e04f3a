from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import wordpress
from chassis.wordpress import ExportedComment, LeftOut
from chassis.wordpress.batches import HEAVIEST_BATCH, LARGEST_BATCH, Tally, batches
from chassis.wordpress.summary import MOST_NAMED, summary
from chassis.wordpress.testing import SITE
from chassis.wordpress.text import LONGEST_READ, plain


def comment(number: int = 1, *, body: str = "Late.") -> ExportedComment:
    return ExportedComment(
        id=wordpress.comment_id(SITE, number),
        wordpress_id=number,
        post_id=wordpress.post_id(SITE, 7),
        author="Bert",
        body=body,
        status="approved",
        written_at=datetime(2024, 3, 3, tzinfo=UTC),
    )


@given(st.lists(st.sampled_from([1, 10, HEAVIEST_BATCH // 2, HEAVIEST_BATCH]), max_size=20))
def test_batches_hold_everything_once_and_in_order(lengths):
    records = [comment(number, body="x" * length) for number, length in enumerate(lengths)]
    cut = list(batches(records))

    assert [record for batch in cut for record in batch] == records
    assert all(batch for batch in cut)


def test_no_batch_holds_more_than_fits_a_transaction():
    short, long = comment(), comment(body="x" * (HEAVIEST_BATCH // 4))

    assert [len(batch) for batch in batches([short] * (2 * LARGEST_BATCH + 1))] == [
        LARGEST_BATCH,
        LARGEST_BATCH,
        1,
    ]
    assert [len(batch) for batch in batches([long] * 9)] == [4, 4, 1]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Boats &amp; trains", "Boats & trains"),
        ("&lt;b&gt; is a tag", "<b> is a tag"),
        ("<p>One</p><p>two</p>\n\nthree", "One two three"),
        ('H<sub>2</sub>O, <a href="x" title="y">he said</a>', "H2O, he said"),
        ("I <3 peas & a < b", "I <3 peas & a < b"),
        ('<!-- wp:image {"id":1} --><figure class="a"><img src="x"></figure><!-- /wp:image -->', ""),
        ("a<script>alert('<p>')</script><STYLE>p {}</style >b", "a b"),
        ("one<br/>two", "one two"),
    ],
)
def test_markup_becomes_the_words_that_a_reader_sees(markup, text):
    assert plain(markup) == text


@given(st.text("<>!-/&#;abps \n\"'=[]") | st.text())
def test_any_markup_becomes_one_line(markup):
    text = plain(markup)
    assert text == " ".join(text.split())


def test_a_book_is_not_read_for_its_first_words():
    assert len(plain("x" * 60_000_000)) == LONGEST_READ


def test_a_summary_names_some_and_counts_the_rest():
    tally = Tally(came=1_234)
    for number in range(MOST_NAMED + 1_002):
        tally.refuse(comment(number), "Too long.")

    lines = summary("comment", tally, {}).splitlines()

    assert lines[0] == "comments: 1,234 imported, 0 were there already"
    assert lines[1] == "  left out: comment 0 of the export: Too long."
    assert lines[MOST_NAMED + 1 :] == ["  left out: comments, 1,002 more"]


def test_every_reason_stands_in_the_summary_of_one_service_and_no_other():
    said = [summary(thing, Tally(), dict.fromkeys(LeftOut, 1)) for thing in ("post", "comment")]

    for reason in LeftOut:
        assert sum(f" 1 {reason}" in text for text in said) == 1
    assert "1 pingbacks" in said[1]
    assert "1 menu entries" in said[0]
