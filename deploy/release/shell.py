"""Runs the commands of a release where a person can see them, or only shows them."""

import shlex
import shutil
import subprocess
from collections.abc import Sequence

from deploy.local.state import REPOSITORY
from deploy.local.trouble import Trouble
from deploy.release.plan import Command

NEEDED = {
    "docker": "install it (https://docs.docker.com/engine/install), or add --no-build if it is built",
    "kubectl": "install 1.31 or newer (https://kubernetes.io/docs/tasks/tools)",
}


class Failed(Exception):
    """A command that ended with something else than 0."""

    def __init__(self, command: Command, code: int) -> None:
        super().__init__(f"{shlex.join(command)}\n    ended with {code}")


class Shell:
    """Says each command, and runs it in the repository unless everything is only to be shown."""

    def __init__(self, *, dry: bool) -> None:
        self.dry = dry

    def require(self, programs: Sequence[str]) -> None:
        """Raise Trouble now and not after ten minutes of building."""
        for program in programs:
            if not self.dry and shutil.which(program) is None:
                raise Trouble(f"{program} is not installed, and a release runs it", mend=NEEDED[program])

    def title(self, text: str) -> None:
        print(f"\n# {text}", flush=True)

    def run(self, commands: Sequence[Command]) -> None:
        """Run each, its output shown; raises Failed at the first that does not succeed."""
        for command in commands:
            self.say(command)
            if not self.dry:
                code = subprocess.run(command, cwd=REPOSITORY, stdin=subprocess.DEVNULL).returncode
                if code:
                    raise Failed(command, code)

    def ask(self, command: Command) -> str:
        """What a command prints; nothing when it is only shown. Raises Failed."""
        self.say(command)
        if self.dry:
            return ""
        done = subprocess.run(
            command, cwd=REPOSITORY, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        if done.returncode:
            raise Failed(command, done.returncode)
        return done.stdout

    def succeeds(self, command: Command) -> bool:
        try:
            self.run([command])
        except Failed:
            return False
        return True

    def say(self, command: Command) -> None:
        print(f"$ {shlex.join(command)}", flush=True)
