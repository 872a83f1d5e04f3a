"""Carries a release out, and back again when it fails."""

from typing import NoReturn

from deploy.local.trouble import Trouble
from deploy.release import overlay, plan
from deploy.release.plan import Release
from deploy.release.shell import Failed, Shell

BEFORE = "<the one before>"


class Rolling:
    """One release on its way into a cluster."""

    def __init__(self, release: Release, shell: Shell) -> None:
        self.release, self.shell = release, shell

    def carry_out(self, *, build: bool) -> None:
        """Do all of it; raises Trouble, when whatever could be put back has been put back."""
        self.step("cluster", plan.look, "nothing was changed")
        if build:
            self.step("build", plan.build, "nothing was changed")
            self.step("push", plan.push, "nothing was changed")
        self.write()
        self.prepare()
        before = self.revisions()
        self.roll_out(before)
        names = ", ".join(self.release.services)
        self.shell.title(f"{self.release.tag} {'would run' if self.shell.dry else 'runs'}: {names}")

    def step(self, title: str, commands: plan.Step, harm: str) -> None:
        if chosen := commands(self.release):
            self.shell.title(title)
            try:
                self.shell.run(chosen)
            except Failed as failure:
                raise Trouble(f"{failure}\n{harm}") from None

    def write(self) -> None:
        """Name the overlay and the images in a file that kubectl reads."""
        path = self.release.folder / "kustomization.yaml"
        text = overlay.kustomization(self.release)
        self.shell.title(plan.shown(path))
        print("".join(f"    {line}\n" for line in text.splitlines()), end="", flush=True)
        if not self.shell.dry:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def prepare(self) -> None:
        self.shell.title("prepare: migrate the databases, declare the queues")
        try:
            self.shell.run(plan.prepare(self.release))
            ended = pairs(self.shell.ask(plan.ends(self.release)))
        except Failed as failure:
            self.blame(str(failure))
        bad = [f"{name} ended with {how}" for name, how in ended.items() if how not in plan.GOOD_ENDS]
        if bad or not (ended or self.shell.dry):
            self.blame("\n".join(bad) or "there is no Job that has ended")

    def blame(self, what: str) -> NoReturn:
        """Show what the Jobs said. Raises Trouble."""
        self.shell.succeeds(plan.explain(self.release))
        mend = "look at what the Jobs said, above; no process that runs was changed"
        raise Trouble(what, mend=mend)

    def revisions(self) -> dict[str, str]:
        """What each Deployment runs before this release; what is new is not among it."""
        self.shell.title("roll out")
        try:
            said = self.shell.ask(plan.revisions(self.release))
        except Failed as failure:
            raise Trouble(f"{failure}\nno process that runs was changed") from None
        if self.shell.dry:
            return dict.fromkeys(self.release.deployments, BEFORE)
        return {name: revision for name, revision in pairs(said).items() if revision}

    def roll_out(self, before: dict[str, str]) -> None:
        try:
            self.shell.run(plan.roll_out(self.release))
        except Failed as failure:
            self.go_back(before, str(failure))
        if self.shell.dry:
            self.shell.title("if a Deployment does not get well, all of them go back")
            self.shell.run(self.ways_back(before))

    def go_back(self, before: dict[str, str], failure: str) -> None:
        """Put every Deployment back, also those that got well: they were released as one. Raises Trouble."""
        self.shell.title("undo")
        stuck = [command for command in self.ways_back(before) if not self.shell.succeeds(command)]
        new = [name for name in self.release.deployments if name not in before]
        told = [failure]
        told += [f"{len(before)} Deployments went back to what ran before"] if before and not stuck else []
        told += [f"new, with nothing to go back to: {', '.join(new)}"] if new else []
        told += [f"{len(stuck)} Deployments could not be put back: run the undo above again"] if stuck else []
        mend = "kubectl --namespace tidings get pods, and describe or logs of the one that is not ready"
        raise Trouble("\n".join(told), mend=mend)

    def ways_back(self, before: dict[str, str]) -> list[plan.Command]:
        return [
            plan.undo(self.release, name, before[name]) for name in self.release.deployments if name in before
        ]


def pairs(said: str) -> dict[str, str]:
    """What stands on each line before and after the first equals sign."""
    split = (line.partition("=") for line in said.splitlines())
    return {name: text for name, _, text in split}
