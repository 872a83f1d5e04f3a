import io

import pytest

from deploy.local import progress
from deploy.local.progress import Steps


class Terminal(io.StringIO):
    """A stream that takes lines drawn over."""

    def isatty(self) -> bool:
        return True


def test_each_step_ends_with_its_number_its_words_and_its_time():
    stream = io.StringIO()
    steps = Steps(2, stream)

    with steps.step("broker") as step:
        step.say("amqp://127.0.0.1")
    with pytest.raises(ZeroDivisionError), steps.step("database"):
        1 / 0  # noqa: B018 -- is there to raise

    first, second = stream.getvalue().splitlines()
    assert first.startswith(" [1/2] broker") and "amqp://127.0.0.1" in first and first.endswith("0.0s")
    assert second.startswith(" [2/2] database") and "FAILED" in second


def test_two_steps_at_once_share_the_line_of_a_terminal(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "120")
    stream = Terminal()
    steps = Steps(2, stream)

    with steps.step("posts") as posts, steps.step("query") as query:
        posts.say("40% test_a")
        query.say("a very long line that would otherwise be wrapped and could not be drawn over")
        steps.board._draw_all()

    shown = max(stream.getvalue().split("\r\x1b[K"), key=lambda line: line.count("["))
    assert "posts" in shown and "40% test_a" in shown and "query" in shown
    assert len(shown) < 120


def test_elsewhere_every_step_under_way_says_a_word_now_and_then():
    stream = io.StringIO()
    steps = Steps(2, stream)

    with steps.step("posts"), steps.step("query"):
        steps.board._draw_all()

    assert len(stream.getvalue().splitlines()) == 4
    assert progress.REMIND_SECONDS < 10
