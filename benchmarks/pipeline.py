"""`manage.py bench pipeline`: the contestants take turns, then the whole system is put under load."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks import hearing, profile, settings, visible
from benchmarks.contestant import Contestant, RawPublish, Round
from benchmarks.profile import Profile
from benchmarks.relaying import Relaying
from benchmarks.result import Result
from benchmarks.rig import Rig
from deploy.local.progress import Step, Steps

VISIBLE = "visible_ms"
BAR = 20  # characters
FEWEST = 20  # events


@dataclass(frozen=True)
class Entry:
    """A contestant with its share of the events: the slow ones carry fewer, or a run would take an hour."""

    contestant: Contestant
    share: float = 1.0
    roles: tuple[profile.Role, ...] = ()

    def events(self, wanted: int) -> int:
        return max(FEWEST, int(wanted * self.share))


ENTRIES = {
    entry.contestant.name: entry
    for entry in (
        Entry(RawPublish()),
        Entry(Relaying(), roles=profile.RELAY),
        Entry(hearing.DRAIN, roles=profile.DRAIN),
        Entry(hearing.CELERY_TASK, 0.1),
        Entry(hearing.CELERY_TUNED, 0.2),
        Entry(hearing.FASTSTREAM_CONSUMER, 0.25),
    )
}
NAMES = (*ENTRIES, VISIBLE)


def run(rig: Rig, names: Sequence[str], events: int, rounds: int, steps: Steps) -> Result:
    """Measure the named contestants; the broker and the databases are started and stopped here."""
    entries = [entry for name, entry in ENTRIES.items() if name in names]
    result = Result(events={entry.contestant.name: entry.events(events) for entry in entries})
    try:
        with steps.step("setup") as step:
            step.say("starting RabbitMQ and PostgreSQL, migrations, topology")
            rig.start()
            rig.only_query_hears()
            result.settings = settings.read(rig)
            step.say(" · ".join(f"{name} {value}" for name, value in result.settings.items()))
        for number, entry in turns(entries, rounds):
            name = entry.contestant.name
            with steps.step(f"{name} {number}/{rounds}") as step:
                result.rounds.setdefault(name, []).append(one_round(rig, entry, events, step))
        for entry in entries:
            if entry.roles:
                with steps.step(f"{entry.contestant.name} profile") as step:
                    look(rig, entry, events, step, result)
        if VISIBLE in names:
            with steps.step(VISIBLE) as step:
                under_load(rig, events, rounds, step, result)
        result.store_memory = rig.store_memory()
    finally:
        rig.stop()
    return result


def count_of_steps(names: Sequence[str], rounds: int) -> int:
    entries = [entry for name, entry in ENTRIES.items() if name in names]
    return 1 + len(entries) * rounds + sum(bool(entry.roles) for entry in entries) + (VISIBLE in names)


def turns(entries: Sequence[Entry], rounds: int) -> Iterator[tuple[int, Entry]]:
    """Every contestant once per round, every other round in reverse: what drifts meanwhile hits all alike."""
    for number in range(1, rounds + 1):
        for entry in entries if number % 2 else reversed(entries):
            yield number, entry


def one_round(rig: Rig, entry: Entry, events: int, step: Step, seen: Profile | None = None) -> Round:
    wanted = entry.events(events)
    step.say(f"{wanted:,} events are made")
    done = entry.contestant.round(rig, wanted, lambda count: step.say(bar(count / wanted)), seen)
    step.say(f"{done.rate:,.0f}/s")
    return done


def look(rig: Rig, entry: Entry, events: int, step: Step, result: Result) -> None:
    """One more round, which does not count, with the profiler looking on."""
    name = entry.contestant.name
    seen = Profile(rig.profiler, rig.state.path("profiles", f"{name}.txt"), entry.roles)
    one_round(rig, entry, events, step, seen)
    result.stages[name] = seen.shares()
    if seen.fault:
        result.faults.append(f"no stages of {name}: {seen.fault}")


def under_load(rig: Rig, events: int, rounds: int, step: Step, result: Result) -> None:
    step.say("the whole system is started")
    seconds = max(1.0, events * 15 / 20_000)
    result.visible, result.visible_memory = visible.rounds(
        rig, seconds, rounds, lambda number, share: step.say(bar((number + share) / rounds))
    )
    step.say(" · ".join(f"{name} {time:.1f} ms" for name, time in result.latency.items()))


def bar(share: float) -> str:
    filled = round(BAR * min(1.0, share))
    return f"{'█' * filled}{'░' * (BAR - filled)} {100 * share:3.0f} %"
