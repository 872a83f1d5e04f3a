"""Named points in the product's code at which a test lets a process die, sleep or freeze.

The product knows nothing of them. A test starts a process with `environment(...)`; Python then imports the
`sitecustomize` of this folder before anything else, which wraps the functions named in `seams.py` as their
modules are imported:

    FAILPOINTS="worker.after_commit=kill@1;worker.before_commit=sleep:3@2"

is a name, an action (`kill`: SIGKILL to the process that is there, `stop`: SIGSTOP, `sleep:<seconds>`) and
the hit at which it happens. Hits are counted across all processes and restarts, in files of one folder, so
that a process which died at the first hit does not die there again.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
REPOSITORY = FOLDER.parents[2]


def environment(failpoints: str, folder: Path) -> dict[str, str]:
    """The variables that arm a process; ``folder`` keeps the hits."""
    return {
        "FAILPOINTS": failpoints,
        "FAILPOINTS_FOLDER": str(folder),
        "PYTHONPATH": f"{FOLDER}:{REPOSITORY}",
    }


def reached(name: str, folder: Path, *, hit: int = 1) -> bool:
    """Whether some process has come to a failpoint that often."""
    return (folder / f"{name}.{hit}").exists()
