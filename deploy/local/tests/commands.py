"""Runs `manage.py` as a person would, with nothing in the environment but what a test says."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from deploy.local import bench
from deploy.local.state import REPOSITORY

MANAGE = REPOSITORY / "manage.py"


def clean(**given: str) -> dict[str, str]:
    return bench.clean(os.environ) | given


def manage(*arguments: str, program: Path = MANAGE, **given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(program), *arguments],
        env=clean(**given),
        cwd=program.parent,
        capture_output=True,
        text=True,
        timeout=120,
    )


def wait_until(holds: Callable[[], object], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to hold in time"
        time.sleep(0.05)
