"""So many writes per second to the real service, on time however slowly they are answered."""

import asyncio
import os
import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmarks import usage
from benchmarks.answering import wait
from benchmarks.rig import TELLER, Rig
from benchmarks.visible import AUTHORS, Load, Seen
from benchmarks.writes.found import STOPPED_SECONDS, Found
from deploy.local import tokens
from deploy.local.processes import Running
from deploy.local.progress import Step, Steps
from deploy.local.trouble import Trouble

WRITES_PER_SECOND = 100
STOP_ROUND_SECONDS = 10.0
STOP_AFTER = 7.0  # seconds; the first five do not count
PROGRAMS = ("posts.web", "posts.relay")


def measure(rig: Rig, seconds: float, rounds: int, steps: Steps, found: Found) -> None:
    """The steady load with the relay running, then a round in which the server stands still for a while."""
    with service(rig) as running:
        pids = {name: pid(one) for name, one in running.items()} | rig.store_pids()
        with steps.step(f"{WRITES_PER_SECOND} writes/s") as step, cores(pids, found):
            for number in range(rounds):
                found.steady.append(run(rig, seconds, number, f"round {number + 1} of {rounds}:", step))
            step.say(" · ".join(f"{name} {time:.1f} ms" for name, time in found.latency.items()))
        with steps.step("does the load see a stop") as step:
            stop = threading.Timer(STOP_AFTER, stand_still, [pid(running["posts.web"])])
            stop.start()
            found.stopped = run(rig, STOP_ROUND_SECONDS, rounds, "", step)
            stop.join()
            step.say(f"p99 {found.stop_shown:.2f} s, of a stop of {STOPPED_SECONDS:g} s")
        for name, one in running.items():
            if not one.alive():
                raise Trouble(f"{name} ended meanwhile", mend=f"look into {one.log}")


def run(rig: Rig, seconds: float, seed: int, what: str, step: Step) -> Seen:
    """One round of the open loop, whose progress the step shows."""
    logins = [tokens.mint(rig.state, f"author-{number}") for number in range(AUTHORS)]
    load = Load(rig.system.urls, logins, seconds, seed, per_second=WRITES_PER_SECOND, sampled=0)
    return asyncio.run(load.run(lambda share: step.say(f"{what} {100 * share:.0f} %".strip())))


def stand_still(server: int) -> None:
    """Stop a server and all its workers for a while, as a machine that hangs would."""
    stopped = [server, *usage.children(server)]
    for one in stopped:
        os.kill(one, signal.SIGSTOP)
    time.sleep(STOPPED_SECONDS)  # in a timer's thread: the load goes on
    for one in stopped:
        os.kill(one, signal.SIGCONT)


@contextmanager
def service(rig: Rig) -> Iterator[dict[str, Running]]:
    """The web server of posts and its relay, as `up` runs them."""
    with ExitStack() as stack:
        programs = [program for program in rig.system.programs() if program.name in PROGRAMS]
        running = {program.name: stack.enter_context(rig.running(program)) for program in programs}
        wait(running["posts.web"], f"{rig.system.urls[TELLER]}/posts/readyz")
        yield running


@contextmanager
def cores(pids: dict[str, int], found: Found) -> Iterator[None]:
    """Note how much of a core each has taken meanwhile, with this generator, and the machine as a whole."""
    before, began = busy(pids), time.perf_counter()
    yield
    passed = time.perf_counter() - began
    found.cores = {name: (spent - before[name]) / passed for name, spent in busy(pids).items()}


def busy(pids: dict[str, int]) -> dict[str, float]:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return {
        **{name: usage.busy(one) for name, one in pids.items()},
        "this generator": own.ru_utime + own.ru_stime,
        usage.MACHINE: usage.machine_busy(),
    }


def pid(running: Running) -> int:
    assert running.process is not None
    return running.process.pid
