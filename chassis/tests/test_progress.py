from io import StringIO

from chassis import progress


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def shown_on(stream: StringIO, *, pause: float) -> str:
    with progress.shown(4_000, doing="importing", unit="posts", stream=stream, pause=pause) as advance:
        advance(1_000)
        advance(3_000)
    return stream.getvalue()


def test_a_log_gets_whole_lines():
    assert shown_on(StringIO(), pause=0) == (
        "importing: 1,000 of 4,000 posts\nimporting: 4,000 of 4,000 posts\n"
    )


def test_what_is_soon_done_says_nothing_in_a_log():
    assert shown_on(StringIO(), pause=60) == ""


def test_a_terminal_gets_a_bar_that_is_gone_in_the_end():
    drawn = shown_on(Terminal(), pause=0)

    assert "importing:   0%|" in drawn
    assert "\n" not in drawn
    assert drawn.split("\r")[-2].strip() == ""
