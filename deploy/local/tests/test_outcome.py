import pytest

from deploy.local import outcome
from deploy.local.outcome import Outcome


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("===== 3 passed in 0.1s =====", (3, 0, 0)),
        ("===== 1 failed, 2 passed, 4 skipped in 61.02s (0:01:01) =====", (2, 1, 4)),
        ("===== 2 passed, 1 error in 0.2s =====", (2, 1, 0)),
        ("===== 2 passed, 1 warning, 3 xfailed in 0.2s =====", (5, 0, 0)),
    ],
)
def test_pytests_last_line_is_counted(line, counts):
    came_to = outcome.read(f"a test said: 9 passed\n{line}\n", exit_code=1 if counts[1] else 0)

    assert (came_to.passed, came_to.failed, came_to.skipped) == counts


def test_a_step_that_fails_without_a_count_is_one_failure():
    assert outcome.read("no tests ran in 0.1s", exit_code=5).failed == 1
    assert outcome.read("", exit_code=1).failed == 1
    assert outcome.read("", exit_code=0) == Outcome()


def test_a_step_without_tests_has_failed_unless_somebody_chose_among_them():
    assert outcome.read("no tests ran in 0.01s", 5) == Outcome(failed=1)
    assert outcome.read("9 deselected in 0.01s", 5, may_be_empty=True) == Outcome()
    assert outcome.read("", 4, may_be_empty=True) == Outcome(failed=1)


def test_a_skip_is_told_with_its_reason():
    said = "SKIPPED [1] tests/test_x.py:3: needs docker: install it\n=== 1 skipped in 0.1s ===\n"

    assert outcome.read(said, exit_code=0).reasons == [
        "SKIPPED [1] tests/test_x.py:3: needs docker: install it"
    ]


def test_the_closing_line_has_its_agreed_form():
    assert str(Outcome(passed=2) + Outcome(passed=1, failed=1)) == "3 passed, 1 failed"
    assert str(Outcome(passed=3, skipped=1)) == "3 passed, 0 failed, 1 skipped"
