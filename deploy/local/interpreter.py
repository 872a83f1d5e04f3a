"""The repository's virtual environment: made from the hash-locked requirements, then entered."""

import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from deploy.local import packages, progress
from deploy.local.trouble import Trouble

LOCK = "requirements/dev.txt"
STAMP = "lock.sha256"


def enter(repository: Path) -> None:
    """Go on inside `.venv`, which is made or renewed first when the lock asks for it."""
    home = repository / ".venv"
    ensure(repository, home)
    if Path(sys.prefix).resolve() == home.resolve():
        return
    python = str(home / "bin" / "python")
    sys.stdout.flush()
    os.execv(python, [python, *sys.orig_argv[1:]])


def ensure(repository: Path, home: Path, *, lock: str = LOCK) -> None:
    """Have the environment hold exactly what the lock says, at the cost of one hash when it does."""
    locked = repository / lock
    wanted = hashlib.sha256(locked.read_bytes()).hexdigest()
    if is_fresh(home, wanted):
        return
    with locked.open() as held:
        # Several commands may be started at once: one makes the environment, the others wait for it.
        fcntl.flock(held, fcntl.LOCK_EX)
        if is_fresh(home, wanted):
            return
        with progress.alone(" environment    ") as step:
            create(home, step)
            install(home, locked, step)
            (home / STAMP).write_text(wanted)


def is_fresh(home: Path, wanted: str) -> bool:
    stamp = home / STAMP
    return stamp.exists() and stamp.read_text() == wanted and (home / "bin" / "python").exists()


def create(home: Path, step: progress.Step) -> None:
    if runs(home / "bin" / "python"):
        return
    if Path(sys.prefix).resolve() == home.resolve():
        raise Trouble(f"the environment {home} is broken", mend=f"rm -r {home}, then run the command again")
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        packages.install(f"python{version}-venv", why="A virtual environment", step=step)
    step.say(f"creating {home.name}")
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(home)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        mend = f"{sys.executable} -m venv --clear {home}   (shows why; Debian: apt-get install python3-venv)"
        raise Trouble(f"{home} could not be created", mend=mend, log=done.stdout + done.stderr)


def runs(python: Path) -> bool:
    """Whether the environment's interpreter still works and has pip; the system's may have been upgraded."""
    if not python.exists():
        return False
    return subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True).returncode == 0


def install(home: Path, lock: Path, step: progress.Step) -> None:
    """Install every locked package with its hash checked."""
    total = sum("==" in line and not line.startswith((" ", "#")) for line in lock.read_text().splitlines())
    command = [str(home / "bin" / "python"), "-m", "pip", "install", "--require-hashes", "--no-input"]
    command += ["--disable-pip-version-check", "--no-color", "--progress-bar", "off", "-r", str(lock)]
    said: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            said.append(line)
            step.say(heard(line, said, total))
    if pip.returncode != 0:
        mend = "look at the lines above; without a network the packages must be in pip's cache"
        raise Trouble("the packages could not be installed", mend=mend, log="".join(said))
    step.say(f"{home.name} ready, {total} packages, hashes verified")


def heard(line: str, said: list[str], total: int) -> str:
    if line.startswith("Installing"):
        return f"installing {total} packages"
    found = sum(one.startswith(("Collecting", "Requirement already")) for one in said)
    return f"fetching packages {min(found, total)}/{total}"
