"""As many requests as a server answers: wrk, which leaves the processor to the server."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import usage
from deploy.local import packages
from deploy.local.progress import Step
from deploy.local.trouble import Trouble

RATE = re.compile(r"^Requests/sec:\s+([0-9.]+)$", re.MULTILINE)
COUNT = re.compile(r"^\s+([0-9]+) requests in ", re.MULTILINE)
FAULTS = re.compile(r"^\s+(Socket errors:.*|Non-2xx.*)$", re.MULTILINE)
TIMEOUT = 10  # seconds that an answer may take
# Each connection asks for the next address of the list. Requests are written once: what wrk does for each of
# them is taken from the server.
SCRIPT = """\
local addresses = {{{addresses}}}
wrk.method = "{method}"
wrk.path = addresses[1]
{headers}
wrk.body = {body}
if #addresses > 1 then
  local requests, number = {{}}, 0
  init = function()
    for place, address in ipairs(addresses) do requests[place] = wrk.format(nil, address) end
  end
  request = function()
    number = number % #requests + 1
    return requests[number]
  end
end
"""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked for, over and over: some addresses in turn; with a ``body`` it is posted there."""

    paths: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True)
class Round:
    """What a server did in one round: answers per second, and its processor time for each of them."""

    rate: float
    cpu_ms: float


def ensure_installed(step: Step) -> None:
    if shutil.which("wrk") is None:
        packages.install("wrk", why="the load of the benchmark", step=step)


def ask(
    base: str, asked: Asked, *, seconds: float, connections: int, folder: Path, servers: Sequence[int] = ()
) -> Round:
    """Have each connection ask as soon as it has its answer; ``servers`` are the processes that take part.

    Raises Trouble for any fault.
    """
    script = folder / "asked.lua"
    script.write_text(written(asked))
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds:g}s",
        f"--timeout={TIMEOUT}s",
        "-s",
        str(script),
        base,
    ]
    before = sum(map(usage.busy, servers))
    done = subprocess.run(command, capture_output=True, text=True)
    spent = sum(map(usage.busy, servers)) - before
    rate, count = RATE.search(done.stdout), COUNT.search(done.stdout)
    if done.returncode or rate is None or count is None:
        raise Trouble("wrk failed", mend=" ".join(command), log=done.stdout + done.stderr)
    if faults := FAULTS.search(done.stdout):
        raise Trouble(f"{asked.paths[0]}: {faults[1]}", mend="look into the logs of the server")
    if int(count[1]) == 0:
        raise Trouble(
            f"{asked.paths[0]}: no answer in {seconds:g} s", mend="close what keeps this machine busy"
        )
    return Round(round(float(rate[1]), 1), round(1000 * spent / int(count[1]), 3))


def written(asked: Asked) -> str:
    """The request as a script of wrk; JSON and Lua quote texts of ASCII alike."""
    headers = {"Accept": "application/json", **asked.headers}
    return SCRIPT.format(
        addresses=", ".join(map(json.dumps, asked.paths)),
        method="POST" if asked.body else "GET",
        headers="\n".join(
            f"wrk.headers[{json.dumps(name)}] = {json.dumps(text)}" for name, text in headers.items()
        ),
        body=json.dumps(asked.body) if asked.body else "nil",
    )
