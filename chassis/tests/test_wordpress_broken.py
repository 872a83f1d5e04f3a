import re
import tracemalloc
from itertools import chain, repeat
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chassis import wordpress
from chassis.wordpress import Export, ExportError

EXPORTS = Path(__file__).parent / "wordpress"
GARDEN = (EXPORTS / "garden.xml").read_bytes()
WHOLE = GARDEN.index(b"</rss>") + len(b"</rss>")
HEAD, ITEM, TAIL = GARDEN.partition(b"\t<item>")[0], GARDEN[GARDEN.index(b"\t<item>") :], b"</channel></rss>"
ITEM = ITEM[: ITEM.index(b"</item>") + len(b"</item>\n")]


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("broken") / "export.xml"


def complaint(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(ExportError) as caught:
        wordpress.check(path)
    return str(caught.value)


@given(st.integers(0, WHOLE - 1))
@example(0)
@example(WHOLE - 1)
def test_a_file_cut_off_anywhere_is_never_taken_for_whole(path, length):
    path.write_bytes(GARDEN[:length])
    with pytest.raises(ExportError, match=r"ends before the export does|is empty"):
        list(Export(path))
    with pytest.raises(ExportError):
        wordpress.check(path)


@given(st.integers(0, WHOLE - 1), st.binary(max_size=3))
def test_a_damaged_file_reads_or_is_refused_but_does_nothing_else(path, position, damage):
    path.write_bytes(GARDEN[:position] + damage + GARDEN[position + len(damage) :])
    try:
        wordpress.check(path)
    except ExportError as error:
        assert error.line >= 1
        assert error.column >= 1


@given(st.binary())
def test_what_was_never_an_export_is_refused(path, content):
    complaint(path, content)


def test_other_feeds_are_told_from_exports():
    with pytest.raises(ExportError, match="no WordPress export") as caught:
        wordpress.check(EXPORTS / "feed.xml")
    assert caught.value.line == 6


@pytest.mark.parametrize("name", ["bomb.xml", "outsider.xml"])
def test_entities_and_outside_documents_are_refused_where_they_begin(name):
    with pytest.raises(ExportError, match="declares a document type") as caught:
        wordpress.check(EXPORTS / name)
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty (line 1, column 1)"),
        (b"just text", "not well-formed XML: syntax error (line 1, column 1)"),
        (b"\x1f\x8b\x08 a zipped export", "not well-formed XML"),
        (b"\n<html>\n<body/></html>", "it holds <html> where <rss> should be (line 2,"),
        (b"<rss>\n<channel/></rss>", "names no wp:wxr_version (line 2,"),
        (b"<rss>\n<channel>\n<item/>\n", "names no wp:wxr_version (line 3,"),
        (re.sub(rb"(_url|link)>https:[^<]*<", rb"\1><", GARDEN), "does not name its site, "),
        (b'<?xml version="1.0" encoding="klingon"?><rss/>', "cannot be read: unknown encoding: klingon"),
        (b'<?xml version="1.0" encoding="big5"?><rss/>', "encoding cannot be read: multi-byte"),
        (GARDEN.replace(b"April", b"\x03"), "not well-formed (invalid token) (line 49,"),
        (GARDEN.replace(b"April", b"\xff"), "not well-formed (invalid token) (line 49,"),
        (GARDEN.replace(b"Sow in", b"]]>&nbsp;"), "not well-formed XML: undefined entity (line 49,"),
        (GARDEN + b"<p>one more thing</p>", "junk after document element (line 472, column 1)"),
        (b"<rss>" * 100, "nested too deeply (line 1,"),
        (b"<rss><!-- " + b"x" * 1_200_000, "too large to hold"),
        (b"<rss a='" + b"x" * 1_200_000, "too large to hold"),
    ],
)
def test_a_refusal_says_why_and_where(path, content, reason):
    assert reason in complaint(path, content)


def test_an_endless_item_is_refused_before_it_fills_the_memory(path):
    with path.open("wb") as file:
        file.writelines([HEAD, b"<item><title>", *repeat(b"x" * 1_000_000, 68)])
    tracemalloc.start()
    with pytest.raises(ExportError, match="too large to hold"):
        wordpress.check(path)
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()


def test_a_whole_file_may_be_larger_than_any_piece_may_be(path):
    book = ITEM.replace(b"We grow things.", b"x" * 1_000_000)
    with path.open("wb") as file:
        file.writelines(chain([HEAD], repeat(book, 68), [TAIL]))
    assert wordpress.check(path, pages=True).posts == 68


def test_memory_does_not_grow_with_the_file(path):
    def peak(items: int) -> int:
        with path.open("wb") as file:
            file.writelines(chain([HEAD], repeat(ITEM, items), [TAIL]))
        tracemalloc.start()
        assert wordpress.check(path, pages=True).posts == items
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    peak(1)  # what is loaded once does not count
    assert peak(2_000) < 1.2 * peak(200) < 2_000_000


def test_what_is_missing_is_left_to_the_caller(path):
    with pytest.raises(FileNotFoundError):
        wordpress.check(path.with_name("absent.xml"))


def test_a_check_finds_the_error_that_a_reading_meets_after_its_records(path):
    path.write_bytes(GARDEN[: WHOLE - 1])
    reading, met = iter(Export(path)), []
    with pytest.raises(ExportError) as late:
        met.extend(reading)
    with pytest.raises(ExportError) as early:
        wordpress.check(path)
    assert str(early.value) == str(late.value)
