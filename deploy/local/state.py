"""The folder that remembers what belongs to this copy of the repository on this machine."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.local.trouble import Trouble

REPOSITORY = Path(__file__).resolve().parents[2]


class State:
    """Files under `.local/`, or where TIDINGS_LOCAL says, that only their owner may read."""

    def __init__(self, folder: Path | None = None) -> None:
        chosen = folder or Path(os.environ.get("TIDINGS_LOCAL") or REPOSITORY / ".local")
        self.folder = chosen.resolve()

    def path(self, *parts: str) -> Path:
        """A path inside the folder, its parent made if need be."""
        path = self.folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def read(self, name: str) -> dict[str, Any]:
        """What was last written under a name; nothing when nothing was."""
        path = self.folder / f"{name}.json"
        if not path.exists():
            return {}
        kept: dict[str, Any] = json.loads(path.read_text())
        return kept

    def write(self, name: str, content: dict[str, Any]) -> None:
        """Replace what is kept under a name, whole or not at all."""
        self.write_private(f"{name}.json", json.dumps(content, indent=2) + "\n")

    def write_private(self, name: str, text: str) -> None:
        path = self.path(name)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        fresh.replace(path)

    @contextmanager
    def held(self, what: str) -> Iterator[None]:
        """Hold the folder for one run; a second one is refused while the first lives."""
        with self.path(f"{what}.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                who = f"{what} is already running here (pid {lock.read().strip() or 'unknown'})"
                raise Trouble(who, mend="end it with Ctrl-C there, or choose another TIDINGS_LOCAL") from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield
