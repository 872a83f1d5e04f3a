import pytest

from benchmarks import clock
from benchmarks.clock import Stuck, Track, rate


class Work:
    """Carries some events further whenever it is looked at."""

    def __init__(self, total: int, step: int) -> None:
        self.total, self.step, self.done = total, step, 0
        self.looks_at: list[int] = []

    def arrived(self, number: int) -> bool:
        self.looks_at.append(number)
        self.done = min(self.total, self.done + self.step)
        return self.done > number

    def track(self, fault: str = "") -> Track:
        return Track(self.total, self.arrived, lambda: self.done, lambda: fault)


class Clock:
    """Time that passes only when it is slept through."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        patch.setattr(clock.time, "monotonic", lambda: self.now)
        patch.setattr(clock.time, "perf_counter", lambda: self.now)
        patch.setattr(clock.time, "sleep", self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_the_clock_starts_after_a_twentieth(monkeypatch):
    Clock(monkeypatch)
    work, warm_at = Work(1000, 10), []

    found = rate(work.track(), lambda count: None, lambda: warm_at.append(work.done))

    assert warm_at == [60]
    assert work.looks_at[0] == 50
    assert found == pytest.approx(10 / clock.LOOK_EVERY, rel=0.02)


def test_events_that_arrive_at_once_are_timed_from_the_start(monkeypatch):
    Clock(monkeypatch)
    work = Work(20, 0)
    looks = iter([False, False, True])

    def arrived(number: int) -> bool:
        if next(looks):
            work.done = 20
            return True
        return False

    assert rate(Track(20, arrived, lambda: work.done), lambda count: None) == pytest.approx(
        20 / (2 * clock.LOOK_EVERY)
    )


def test_progress_is_told_meanwhile(monkeypatch):
    Clock(monkeypatch)
    told: list[int] = []

    rate(Work(5000, 10).track(), told.append)

    assert told
    assert told == sorted(told)


def test_what_goes_no_further_is_given_up(monkeypatch):
    now = Clock(monkeypatch)

    with pytest.raises(Stuck, match="0 of 100 events: no further"):
        rate(Work(100, 0).track(), lambda count: None)

    assert now.now - 1000 < clock.PATIENCE + 2


def test_a_program_that_ended_is_not_waited_for(monkeypatch):
    now = Clock(monkeypatch)

    with pytest.raises(Stuck, match="drain ended"):
        rate(Work(100, 0).track("drain ended"), lambda count: None)

    assert now.now - 1000 < 2
