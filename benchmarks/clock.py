"""When the clock starts and when it stops: the same for every contestant whose work ends in a database."""

import time
from collections.abc import Callable
from dataclasses import dataclass

WARM_UP = 0.05  # the share of the events that is carried before the clock starts
LOOK_EVERY = 0.005  # seconds; a look is one row by its key
COUNT_EVERY = 0.5  # seconds; a count reads the table
PATIENCE = 30.0  # seconds without another event


class Stuck(Exception):
    """A contestant that does not come to an end."""


@dataclass(frozen=True)
class Track:
    """Where the work of a contestant shows: whether the nth event has arrived, and how many have."""

    events: int
    arrived: Callable[[int], bool]
    count: Callable[[], int]
    fault: Callable[[], str] = str  # why it can never end, or nothing


def rate(track: Track, told: Callable[[int], None], warm: Callable[[], None] = lambda: None) -> float:
    """Events per second, from the first commit seen after the warm-up until all have arrived.

    ``told`` hears now and then how many have arrived, ``warm`` that the clock starts. If all arrive at once
    they are timed from the start of the program, which is good for a trial alone. Raises Stuck.
    """
    started = time.perf_counter()
    wait(lambda: track.arrived(int(track.events * WARM_UP)), track, told)
    warm()
    began_with, began = track.count(), time.perf_counter()
    if began_with >= track.events:
        return track.events / (began - started)
    wait(lambda: track.arrived(track.events - 1), track, told)
    wait(lambda: track.count() >= track.events, track, told)  # several workers end in any order
    return (track.events - began_with) / (time.perf_counter() - began)


def wait(condition: Callable[[], bool], track: Track, told: Callable[[int], None]) -> None:
    """Return once the condition holds; raises Stuck when the program has ended, or goes no further."""
    done, moved = -1, time.monotonic()
    counted = moved
    while not condition():
        time.sleep(LOOK_EVERY)
        now = time.monotonic()
        if now - counted < COUNT_EVERY:
            continue
        counted, before, done = now, done, track.count()
        told(done)
        if done > before:
            moved = now
        if now - moved > PATIENCE or track.fault():
            raise Stuck(f"{done} of {track.events} events: {track.fault() or 'no further'}")
