"""What a contestant is, and the one that is the limit for any relay."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from benchmarks import usage
from benchmarks.clock import Track, rate
from benchmarks.profile import Profile
from benchmarks.rig import TELLER, Rig
from deploy.local.processes import Program
from shared_events import topology

Told = Callable[[int], None]  # hears how many events have arrived so far


@dataclass(frozen=True)
class Round:
    """One run of one contestant: events per second, and the peak of memory in KiB of each process."""

    rate: float
    memory: dict[str, int] = field(default_factory=dict)


class Contestant(Protocol):
    """Something that carries events, from a cold start to the last one, as often as it is asked."""

    @property
    def name(self) -> str:
        """How the table calls it."""

    def round(self, rig: Rig, events: int, told: Told, profile: Profile | None = None) -> Round:
        """Carry so many events; a profile, if given, looks on after the warm-up."""


class RawPublish:
    """pika, pipelined: the same bodies with the same properties to the same exchange, and no database."""

    name = "raw_publish"

    def round(self, rig: Rig, events: int, told: Told, profile: Profile | None = None) -> Round:
        rig.empty_queue(topology.queue_of("query"))
        said = json.loads(rig.publish(TELLER, topology.exchange_of(TELLER), "-", events))
        return Round(said["rate"], {self.name: said["peak"]})


def measured(rig: Rig, program: Program, track: Track, told: Told, profile: Profile | None) -> Round:
    """Run a program until everything is carried; a Track whose fault names a program that ended early."""
    with rig.running(program) as running:
        assert running.process is not None
        pid = running.process.pid
        alive = Track(
            track.events,
            track.arrived,
            track.count,
            lambda: "" if running.alive() else f"{program.name} ended; see {running.log}",
        )
        try:
            found = rate(alive, told, warm=lambda: profile.begin(pid) if profile else None)
        finally:
            if profile:
                profile.end()
        return Round(found, usage.peaks(program.name, pid))
