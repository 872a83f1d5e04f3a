"""`manage.py bench pipeline`: the contestants take turns, then the whole system is put under load."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks import hearing, profile, settings, usage, visible
from benchmarks.contestant import Contestant, RawPublish, Round
from benchmarks.profile import Profile
from benchmarks.relaying import Relaying
from benchmarks.result import Result
from benchmarks.rig import Rig
from deploy.local import signals
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


def run(rig: Rig, names: Sequence[str], events: int, rounds: int, result: Result) -> None:
    """Measure the named contestants; what is found is in the result at once, should the run be broken off.

    The broker and the databases are started and stopped here.
    """
    entries = [entry for name, entry in ENTRIES.items() if name in names]
    result.events = {entry.contestant.name: entry.events(events) for entry in entries}
    steps = Steps(count_of_steps(entries, names, rounds))
    try:
        set_up(rig, steps, result)
        take_turns(rig, entries, events, rounds, steps, result)
        if VISIBLE in names:
            with steps.step(VISIBLE) as step:
                under_load(rig, events, rounds, step, result)
        result.store_memory = {name: usage.peak(pid) for name, pid in rig.store_pids().items()}
    finally:
        signals.ignore()
        rig.stop()


def set_up(rig: Rig, steps: Steps, result: Result) -> None:
    with steps.step("setup") as step:
        step.say("starting RabbitMQ and PostgreSQL, migrations, topology")
        rig.start()
        rig.only_query_hears()
        result.settings = settings.read(rig)
        step.say("RabbitMQ and PostgreSQL are ready")
    print("\n".join(f"        {name:<20} {value}" for name, value in result.settings.items()), flush=True)


def take_turns(
    rig: Rig, entries: Sequence[Entry], events: int, rounds: int, steps: Steps, result: Result
) -> None:
    for number, entry in turns(entries, rounds):
        name = entry.contestant.name
        with steps.step(f"{name} {number}/{rounds}") as step:
            result.rounds.setdefault(name, []).append(one_round(rig, entry, events, step))
    for entry in entries:
        if entry.roles:
            with steps.step(f"{entry.contestant.name} profile") as step:
                look(rig, entry, events, step, result)


def count_of_steps(entries: Sequence[Entry], names: Sequence[str], rounds: int) -> int:
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
    loaded = visible.rounds(
        rig, seconds, rounds, lambda number, share: step.say(bar((number + share) / rounds))
    )
    result.visible, result.visible_memory, result.visible_cores = loaded.seen, loaded.memory, loaded.cores
    step.say(" · ".join(f"{name} {time:.1f} ms" for name, time in result.latency.items()))


def bar(share: float) -> str:
    filled = round(BAR * min(1.0, share))
    return f"{'█' * filled}{'░' * (BAR - filled)} {100 * share:3.0f} %"
