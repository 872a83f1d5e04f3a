"""Where the time goes: py-spy looks at a process from outside, and every look is put down to a stage.

The product knows nothing of this: a stage is recognised by the functions on the stack. After those have got
other names, more and more is put down to ``other``; then correct the patterns below.
"""

import re
import signal
import subprocess
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

LOOKS = 250  # per second
LONGEST = 600  # seconds
OTHER = "other"
LINE = re.compile(r":\d+\)$")


@dataclass(frozen=True)
class Role:
    """A thread or process, known by a function at its root, and its stages: the innermost match decides."""

    name: str
    root: str
    stages: tuple[tuple[str, str], ...]

    def stage(self, stack: list[str]) -> str:
        for frame in reversed(stack):
            for name, pattern in self.stages:
                if re.search(pattern, frame):
                    return name
        return OTHER


RELAY = (
    Role(
        "relay, main thread",
        r"^Relay\.run",
        (
            ("wait for confirms", r"relay/publisher\.py"),
            ("mark", r"QuerySet\.update|Carrier\.settle|relay/marking\.py"),
            ("claim and read", r"^claim "),
            ("make messages", r"_message"),
            ("lead, wait for work", r"relay/(lease|wakeup)\.py"),
        ),
    ),
    Role(
        "relay, broker's thread",
        r"^Link\._serve",
        (
            ("publish", r"Publisher\._send|_on_socket_writable"),
            ("take confirms", r"_on_socket_readable|relay/confirms\.py"),
            ("idle", r"PollPoller\.poll"),
        ),
    ),
)
DRAIN = (
    Role(
        "worker, event loop",
        r"^asynloop",
        (
            ("hand to the pool", r"AsynPool|delivery_of|Lane\._(submit|next_batch)|\(billiard/|_write_job"),
            ("take the outcome, ack", r"Lane\._(settle|on_outcome)|ResultHandler"),
            ("read messages", r"\(amqp/|_make_reader|Lane\._take"),
            ("idle", r"poll \(kombu/utils/eventio"),
            ("turn the loop", r"Hub\."),
        ),
    ),
    Role(
        "worker, pool process",
        r"^Worker\.workloop",
        (
            ("take from the pool", r"pickle_loads|_setstate"),
            ("idle", r"recv_bytes|\._recv "),
            ("decode", r"unseal|Envelope\.event|^_read .*worker/batch"),
            ("upsert", r"shared_events/replicas\.py"),
            ("call handlers", r"_call_handlers|inbox\.py"),
            ("begin, savepoint, commit", r"Atomic|transaction\.py"),
            ("check the connection", r"close_old_connections"),
        ),
    ),
)


@dataclass
class Profile:
    """The looks at one run, from `begin` to `end`; ``fault`` says why there are none."""

    profiler: str
    output: Path
    roles: tuple[Role, ...]
    fault: str = ""
    _process: subprocess.Popen[str] | None = field(default=None, repr=False)

    def begin(self, pid: int) -> None:
        self.output.unlink(missing_ok=True)
        argv = [self.profiler, "record", "--pid", str(pid), "--subprocesses", "--threads", "--idle"]
        argv += ["--rate", str(LOOKS), "--duration", str(LONGEST), "--format", "raw", "-o", str(self.output)]
        self._process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def end(self) -> None:
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        _, said = self._process.communicate(timeout=60)
        if not self.output.exists():
            self.fault = said.strip().splitlines()[-1] if said.strip() else "py-spy saw nothing"

    def shares(self) -> dict[str, dict[str, float]]:
        """For each role the share of its time that each stage took, largest first."""
        if self.fault or not self.output.exists():
            return {}
        return sort_out(self.output.read_text().splitlines(), self.roles)


def sort_out(lines: Iterable[str], roles: tuple[Role, ...]) -> dict[str, dict[str, float]]:
    """What `Profile.shares` promises, from stacks written as `outermost;...;innermost count`."""
    seen: dict[str, Counter[str]] = {role.name: Counter() for role in roles}
    for line in lines:
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        for role in roles:
            if any(re.search(role.root, frame) for frame in frames):
                seen[role.name][role.stage([LINE.sub(")", frame) for frame in frames])] += int(count)
    return {
        name: {stage: count / stages.total() for stage, count in stages.most_common()}
        for name, stages in seen.items()
        if stages
    }
