"""Install what the system's package manager has, without letting it start services."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy.local.progress import Step
from deploy.local.trouble import Trouble

POLICY = Path("/usr/sbin/policy-rc.d")
CLUSTERS = Path("/etc/postgresql-common/createcluster.d/tidings.conf")
INSTALL = ("apt-get", "install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300")
UPDATE = ("apt-get", "update", "-o", "DPkg::Lock::Timeout=300")


def install(package: str, *, why: str, step: Step, units: tuple[str, ...] = ()) -> None:
    """Install a package as root, its service neither started nor enabled; else say the one command."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Trouble(f"{why} needs the system package {package}", mend=f"sudo apt-get install {package}")
    with services_kept_down():
        step.say(f"installing {package}")
        if run(INSTALL, package, step=step).returncode != 0:
            run(UPDATE, step=step)
            require(run(INSTALL, package, step=step), package)
    for unit in units:
        subprocess.run(["systemctl", "disable", unit], capture_output=True) if shutil.which(
            "systemctl"
        ) else None


def run(command: tuple[str, ...], *arguments: str, step: Step) -> subprocess.CompletedProcess[str]:
    """Run apt-get with its last line shown as the step's text."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    said: list[str] = []
    with subprocess.Popen(
        [*command, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            step.say(f"{' '.join(command[:2])}: {line.strip()[:60]}")
    return subprocess.CompletedProcess(process.args, process.returncode, "".join(said))


def require(done: subprocess.CompletedProcess[str], package: str) -> None:
    if done.returncode != 0:
        raise Trouble(f"{package} could not be installed", mend=f"apt-get install {package}", log=done.stdout)


@contextmanager
def services_kept_down() -> Iterator[None]:
    """For a while no installed package starts a service or makes a database cluster of its own."""
    with ExitStack() as files:
        files.enter_context(for_a_while(POLICY, "#!/bin/sh\nexit 101\n", mode=0o755))
        files.enter_context(for_a_while(CLUSTERS, "create_main_cluster = false\n", mode=0o644))
        yield


@contextmanager
def for_a_while(path: Path, text: str, *, mode: int) -> Iterator[None]:
    """Write a file that is removed again; one that is already there is somebody else's and stays."""
    if path.exists():
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
