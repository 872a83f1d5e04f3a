"""A machine whose docker and kubectl write down what they are told, and fail when a test says so."""

import os
import re
from pathlib import Path

from deploy.release.command import main

TAG, REGISTRY = "2026.11.21", "registry.example.net/tidings"
REVISIONS = "posts-web=7\nposts-relay=7\nposts-worker=6\n"
FAKE = """\
#!/bin/sh
{{ printf {name}; printf ' %s' "$@"; echo; }} >> "{log}"
case "$*" in
  *"$FAILS"*) [ -n "$FAILS" ] && exit 3 ;;
esac
case "$*" in
  *"get job"*) printf '%s' "$ENDS" ;;
  *"get deployment"*) printf '%s' "$REVISIONS" ;;
esac
exit 0
"""


class Machine:
    """A machine with some programs, what they have been told, and what `manage.py release` said."""

    def __init__(self, folder, monkeypatch, capfd) -> None:
        self.folder, self.log, self.capfd = folder, folder / "told", capfd
        self.monkeypatch = monkeypatch
        self.programs = folder / "bin"
        self.programs.mkdir()
        monkeypatch.setenv("TIDINGS_LOCAL", str(folder / "local"))
        monkeypatch.setenv("PATH", str(self.programs))
        for name in [one for one in os.environ if one.startswith("TIDINGS_REG")]:
            monkeypatch.delenv(name)
        self.fails("")
        monkeypatch.setenv("REVISIONS", REVISIONS)
        monkeypatch.setenv("ENDS", "posts-migrate=Complete\nposts-topology=SuccessCriteriaMet\n")

    def have(self, *names: str) -> None:
        for name in names:
            path = self.programs / name
            path.write_text(FAKE.format(name=name, log=self.log))
            path.chmod(0o755)

    def fails(self, words: str) -> None:
        """The first command with these words in it ends with 3."""
        self.monkeypatch.setenv("FAILS", words)

    def release(self, *arguments: str) -> int:
        code = main(arguments)
        self.said, self.complained = self.capfd.readouterr()
        return code

    @property
    def told(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def verbs(self) -> list[str]:
        """What was done, in short: the first words that are no flags, without the namespace."""
        return [" ".join(re.sub(r"--namespace \S+ ", "", line).split()[:3]) for line in self.told]

    @property
    def kustomization(self) -> Path:
        return self.folder / "local" / "release" / "local"

    def release_one(self, *more: str) -> int:
        return self.release(TAG, "--overlay", "local", "--registry", REGISTRY, "--service", "posts", *more)

    def release_all(self, *more: str) -> int:
        return self.release(TAG, "--overlay", "local", "--registry", REGISTRY, *more)
