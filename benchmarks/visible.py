"""How soon a post that was written can be read in query, with the whole system running and under load.

Open loop: the writes are scheduled beforehand, and go out on time however slowly the answers come. From the
answer to a sampled write on, its post is asked for again and again until query has it.
"""

import asyncio
import json
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial

from benchmarks import usage
from benchmarks.http import Client
from benchmarks.rig import Rig
from deploy.local import tokens
from deploy.local.processes import Running

WRITES_PER_SECOND = 50
SAMPLED = 5  # every so manieth write; asking for all of them would be a load of its own
ASK_EVERY = 0.002  # seconds
GIVE_UP = 10.0  # seconds
WARM_UP = 5.0  # seconds; before, every process has yet to open its connections
AUTHORS = 20


@dataclass
class Seen:
    """What one round saw, in milliseconds; ``refused`` counts answers but 201, ``unseen`` lost posts."""

    visible: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)  # counted from when the write was due
    late: list[float] = field(default_factory=list)  # from when it was due until it was sent
    refused: int = 0
    unseen: int = 0


class Load:
    """Writes to posts and looks at query, for so many seconds after the warm-up.

    Every ``sampled``-th write is looked for in query; none when that is 0.
    """

    def __init__(
        self,
        urls: Mapping[str, str],
        logins: Sequence[str],
        seconds: float,
        seed: int,
        *,
        per_second: int = WRITES_PER_SECOND,
        sampled: int = SAMPLED,
    ) -> None:
        self._seconds, self._per_second, self._sampled = WARM_UP + seconds, per_second, sampled
        self._random = random.Random(seed)
        self._posts, self._query = Client(urls["posts"]), Client(urls["query"])
        self._logins = logins
        self.seen = Seen()

    async def run(self, told: Callable[[float], None]) -> Seen:
        """Go through the schedule; ``told`` hears how much of it is over."""
        began, due = time.perf_counter(), 0.0
        writes: list[asyncio.Task[None]] = []
        while (due := due + self._random.expovariate(self._per_second)) < self._seconds:
            await asyncio.sleep(max(0.0, began + due - time.perf_counter()))
            counts = due > WARM_UP
            writes.append(asyncio.create_task(self._write(len(writes), began + due, counts)))
            told(due / self._seconds)
        await asyncio.gather(*writes)
        await self._posts.close()
        await self._query.close()
        return self.seen

    async def _write(self, number: int, due: float, counts: bool) -> None:
        headers = {
            "Authorization": f"Bearer {self._logins[number % len(self._logins)]}",
            "Content-Type": "application/json",
        }
        late = time.perf_counter() - due
        post = {"title": f"Post {number}", "body": "As soon as it is told, it can be read. " * 8}
        status, body = await self._posts.ask("POST", "/posts/api/v1/posts/", headers, post)
        answered = time.perf_counter()
        if status != 201:
            self.seen.refused += 1
            return
        if counts:
            self.seen.answered.append(1000 * (answered - due))
            self.seen.late.append(1000 * late)
        if self._sampled and number % self._sampled == 0:
            await self._look(json.loads(body)["id"], answered, counts)

    async def _look(self, post: str, answered: float, counts: bool) -> None:
        while time.perf_counter() - answered < GIVE_UP:
            asked = time.perf_counter()
            status, _ = await self._query.ask("GET", f"/query/api/v1/posts/{post}/", {})
            if status == 200:
                if counts:
                    self.seen.visible.append(1000 * (time.perf_counter() - answered))
                return
            await asyncio.sleep(max(0.0, asked + ASK_EVERY - time.perf_counter()))
        self.seen.unseen += 1


@dataclass(frozen=True)
class Loaded:
    """What all rounds saw, and what the processes took: memory in KiB at most, and their share of a core."""

    seen: list[Seen]
    memory: dict[str, int]
    cores: dict[str, float]


def rounds(rig: Rig, seconds: float, count: int, told: Callable[[int, float], None]) -> Loaded:
    """So many rounds of the load with every process of the system running."""
    rig.prepare()  # the queues of those that had to stand aside
    with ExitStack() as stack:
        running = {
            program.name: stack.enter_context(rig.running(program)) for program in rig.system.programs()
        }
        rig.system.wait_ready(lambda: None)
        pids = {name: one.process.pid for name, one in running.items() if one.process} | rig.store_pids()
        logins = [tokens.mint(rig.state, f"author-{number}") for number in range(AUTHORS)]
        loads = [Load(rig.system.urls, logins, seconds, seed) for seed in range(count)]
        before, began = {name: usage.busy(pid) for name, pid in pids.items()}, time.perf_counter()
        seen = [asyncio.run(load.run(partial(told, seed))) for seed, load in enumerate(loads)]
        passed = time.perf_counter() - began
        cores = {name: (usage.busy(pid) - before[name]) / passed for name, pid in pids.items()}
        found = Loaded(seen, peaks(running), cores)
        end(running.values())
        return found


def end(running: Iterable[Running]) -> None:
    """Ask all to end at once: one after the other they would take a minute."""
    for one in running:
        if one.process is not None:
            one.process.terminate()


def peaks(running: Mapping[str, Running]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, one in running.items():
        if one.process is not None:
            found |= usage.peaks(name, one.process.pid)
    return found
