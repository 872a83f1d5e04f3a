"""Reading FAILPOINTS, and wrapping what it names at the moment its module is imported."""

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import wraps
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from shared_events.tests.failpoints.seams import SEAMS, Seam

SHAPE = re.compile(r"(?P<name>[\w.]+)=(?P<action>kill|stop|sleep:(?P<seconds>[0-9.]+))@(?P<hit>[1-9]\d*)")


class Unknown(Exception):
    """FAILPOINTS names something that does not exist."""


class Failpoint(NamedTuple):
    name: str
    seam: Seam
    acts: dict[int, Callable[[], None]]  # by hit


def parse(text: str) -> list[Failpoint]:
    """The failpoints of one variable; raises Unknown, saying what would have been right."""
    found: dict[str, Failpoint] = {}
    for part in filter(None, text.split(";")):
        read = SHAPE.fullmatch(part.strip())
        if read is None:
            raise Unknown(f"{part!r} is not like name=kill@1, name=stop@1 or name=sleep:3@1")
        if read["name"] not in SEAMS:
            raise Unknown(f"there is no {read['name']!r}; the names are: {' '.join(SEAMS)}")
        failpoint = found.setdefault(read["name"], Failpoint(read["name"], SEAMS[read["name"]], {}))
        failpoint.acts[int(read["hit"])] = _action(read)
    return list(found.values())


def arm(text: str) -> None:
    """Let the failpoints happen in this process and in those that it forks."""
    modules: dict[str, list[Failpoint]] = {}
    for failpoint in parse(text):
        modules.setdefault(failpoint.seam.place.partition(":")[0], []).append(failpoint)
    sys.meta_path.insert(0, _Wrapping(modules))


class _Wrapping(MetaPathFinder):
    """Finds a module as always, and wraps its seams once it has run: nobody has taken them from it yet."""

    def __init__(self, modules: dict[str, list[Failpoint]]) -> None:
        self._modules = modules

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path) if name in self._modules else None
        if spec is None or spec.loader is None:
            return None
        run = spec.loader.exec_module

        def run_and_wrap(module: ModuleType) -> None:
            run(module)
            for failpoint in self._modules[name]:
                wrap(module, failpoint)

        spec.loader.exec_module = run_and_wrap  # type: ignore[method-assign] # as import hooks do
        return spec


def wrap(module: ModuleType, failpoint: Failpoint) -> None:
    """Put a failpoint before or after the function that its seam names; AttributeError if there is none."""
    *owners, name = failpoint.seam.place.partition(":")[2].split(".")
    owner: Any = module
    for part in owners:
        owner = getattr(owner, part)
    function = getattr(owner, name)

    @wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if failpoint.seam.when == "before":
            _come_to(failpoint)
        result = function(*args, **kwargs)
        if failpoint.seam.when == "after":
            _come_to(failpoint)
        return result

    setattr(owner, name, wrapped)


def _come_to(failpoint: Failpoint) -> None:
    act = failpoint.acts.get(_count(failpoint.name))
    if act is not None:
        act()


def _count(name: str) -> int:
    """Which hit of this failpoint this is, of all processes."""
    folder, hit = Path(os.environ["FAILPOINTS_FOLDER"]), 1
    while True:
        try:
            (folder / f"{name}.{hit}").touch(exist_ok=False)
            return hit
        except FileExistsError:
            hit += 1


def _action(read: re.Match[str]) -> Callable[[], None]:
    if read["seconds"]:
        seconds = float(read["seconds"])
        return lambda: time.sleep(seconds)
    number = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}[read["action"]]
    return lambda: os.kill(os.getpid(), number)
