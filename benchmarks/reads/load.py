"""As many requests as a server answers: wrk, which leaves the processor to the server."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local import packages
from deploy.local.progress import Step
from deploy.local.trouble import Trouble

RATE = re.compile(r"^Requests/sec:\s+([0-9.]+)$", re.MULTILINE)
FAULTS = re.compile(r"^\s+(Socket errors:.*|Non-2xx.*)$", re.MULTILINE)
TIMEOUT = 10  # seconds that an answer may take
# Each connection asks for the next address of the list; a header that is empty is not sent.
SCRIPT = """\
local addresses = {{{addresses}}}
local tag = "{tag}"
if tag ~= "" then wrk.headers["If-None-Match"] = tag end
wrk.headers["Accept"] = "application/json"
local number = 0
request = function()
  number = number % #addresses + 1
  return wrk.format("GET", addresses[number])
end
"""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked for, over and over: some addresses in turn, and what the asker has already."""

    paths: Sequence[str]
    tag: str = ""
    status: int = 200


def ensure_installed(step: Step) -> None:
    if shutil.which("wrk") is None:
        packages.install("wrk", why="the load of the benchmark", step=step)


def rate(base: str, asked: Asked, *, seconds: float, connections: int, folder: Path) -> float:
    """Answers per second; each connection asks as soon as it has its answer. Raises Trouble for any fault."""
    script = folder / "asked.lua"
    addresses = ", ".join(f'"{path}"' for path in asked.paths)
    script.write_text(SCRIPT.format(addresses=addresses, tag=asked.tag.replace('"', '\\"')))
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
    done = subprocess.run(command, capture_output=True, text=True)
    found = RATE.search(done.stdout)
    if done.returncode or found is None:
        raise Trouble("wrk failed", mend=" ".join(command), log=done.stdout + done.stderr)
    if faults := FAULTS.search(done.stdout):
        raise Trouble(f"{asked.paths[0]}: {faults[1]}", mend="look into the logs of the server")
    return float(found[1])
