"""The code of another revision of this repository, laid out in a folder of its own."""

import os
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from deploy.local.interpreter import LOCK
from deploy.local.state import REPOSITORY

WANTED = "TIDINGS_TEST_BESIDE"


def git(*arguments: str) -> bytes:
    """What git answers; nothing if it has no answer."""
    done = subprocess.run(["git", "-C", str(REPOSITORY), *arguments], capture_output=True)
    return done.stdout if done.returncode == 0 else b""


def last_release() -> str:
    """The last tag before what is checked out; empty without one, as in a shallow clone."""
    return git("describe", "--tags", "--abbrev=0").decode().strip()


def chosen() -> str:
    """The commit to stand beside; skips if none was asked for, since it takes minutes."""
    revision = os.environ.get(WANTED)
    if not revision:
        pytest.skip(f"takes minutes: {WANTED}={last_release() or '<tag, branch or commit>'}")
    commit = git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()
    assert commit, f"git knows no revision {revision!r}: {WANTED}=<tag, branch or commit>"
    return commit


def lay_out(commit: str, folder: Path) -> Path:
    """The files of a commit; it shares today's virtual environment if it asks for the same packages."""
    with tarfile.open(fileobj=BytesIO(git("archive", commit))) as archive:
        archive.extractall(folder, filter="data")
    if (folder / LOCK).read_bytes() == (REPOSITORY / LOCK).read_bytes():
        (folder / ".venv").symlink_to(REPOSITORY / ".venv")
    else:
        own = [str(REPOSITORY / ".venv/bin/python"), "manage.py", "test", "--help"]  # any verb makes it
        subprocess.run(own, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder
