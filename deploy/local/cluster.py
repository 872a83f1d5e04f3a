"""Where a private PostgreSQL cluster lives, which programs run it, and as whom."""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import zlib
from pathlib import Path

from deploy.local import packages
from deploy.local.progress import Step
from deploy.local.trouble import Trouble

DEBIAN_VERSIONS = Path("/usr/lib/postgresql")
ELSEWHERE = Path("/var/tmp")
OWNER = "tidings_owner"


def programs(data: Path) -> Path | None:
    """The folder of initdb and postgres, of the version that made the data when there are data."""
    if (data / "PG_VERSION").exists():
        version = (data / "PG_VERSION").read_text().strip()
        return usable(DEBIAN_VERSIONS / version / "bin") or on_path()
    versions = sorted(DEBIAN_VERSIONS.glob("*/bin/initdb"), key=lambda program: int(program.parts[-3]))
    return versions[-1].parent if versions else on_path()


def usable(folder: Path) -> Path | None:
    return folder if (folder / "initdb").exists() else None


def on_path() -> Path | None:
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def ensure_installed(step: Step) -> None:
    """Find PostgreSQL or install it, without a cluster of the system's own."""
    if programs(Path("/nonexistent")) is None:
        packages.install("postgresql", why="PostgreSQL", step=step, units=("postgresql.service",))


def account() -> pwd.struct_passwd:
    """Who runs the cluster: PostgreSQL refuses root, so root lends the work to an unprivileged user."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    names = {entry.pw_name for entry in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


def home(wanted: Path) -> Path:
    """The wanted folder, or one under /var/tmp when the cluster's user cannot reach that."""
    who = account()
    if who.pw_uid == os.geteuid():
        wanted.mkdir(parents=True, exist_ok=True, mode=0o700)
        return wanted
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if not reaches(who, wanted.parent):
        wanted = ELSEWHERE / f"tidings-postgres-{zlib.crc32(str(wanted).encode()):08x}"
    wanted.mkdir(exist_ok=True, mode=0o700)
    # Anybody may make a folder in /var/tmp: one that is not ours must not receive the data.
    found = wanted.lstat()
    if found.st_uid not in (0, who.pw_uid) or not stat.S_ISDIR(found.st_mode):
        raise Trouble(f"{wanted} belongs to somebody else", mend=f"look at it, then rm -r {wanted}")
    os.chown(wanted, who.pw_uid, who.pw_gid)
    return wanted


def reaches(who: pwd.struct_passwd, folder: Path) -> bool:
    tried = subprocess.run(
        ["test", "-x", str(folder)], user=who.pw_uid, group=who.pw_gid, extra_groups=[], cwd="/", check=False
    )
    return tried.returncode == 0


def create(data: Path, owner_password: str, *, log: Path) -> None:
    """Make an empty cluster whose only role is its owner."""
    program, who = programs(data), account()
    if program is None:
        raise Trouble("PostgreSQL is not installed", mend="sudo apt-get install postgresql")
    with tempfile.NamedTemporaryFile("w", suffix=".password") as password, log.open("w") as output:
        password.write(owner_password)
        password.flush()
        os.chown(password.name, who.pw_uid, who.pw_gid)
        command = [str(program / "initdb"), "-D", str(data), "-U", OWNER, "-A", "scram-sha-256"]
        command += ["--encoding=UTF8", "--locale=C.UTF-8", "--pwfile", password.name]
        done = subprocess.run(
            command,
            user=who.pw_uid,
            group=who.pw_gid,
            extra_groups=[],
            cwd=data.parent,
            stdout=output,
            stderr=output,
            check=False,
        )
    if done.returncode != 0:
        raise Trouble("the PostgreSQL cluster could not be made", mend=f"rm -r {data}", log=log.read_text())
