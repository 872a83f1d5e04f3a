"""The whole system, whose services are brought from one revision to another while it goes on working."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from deploy.local import keys, preparation, tokens
from deploy.local.environment import SERVICES
from deploy.local.journey import Journey
from deploy.local.processes import TELLING, Program, Running
from deploy.local.state import REPOSITORY
from deploy.local.trouble import Trouble
from shared_events.catalogue import EVENTS, Digests
from tests.assembly import Assembly, until
from tests.comparison import select

NEXT = "next"
PATIENCE = 60  # seconds in which a process ends that was asked to, however busy the machine is


class Deployment(Assembly):
    """Begins with one revision of all services; ``running`` has the newer of two processes as ``… next``."""

    def __init__(self, folder: Path, *, code: Path, **settings: Any) -> None:
        super().__init__(folder, **settings)
        self.code = dict.fromkeys(SERVICES, code)

    def _start(self) -> None:
        self.system.check_ports()
        self.system.start_stores()
        assert self.system.broker is not None
        keys.key_pair(self.state)
        self.system.broker.wait()
        self._prepare(SERVICES)
        for program in self._programs():
            self._run(program.name, program)
        self.system.wait_ready(lambda: None)

    def roll_out(self, service: str, code: Path) -> None:
        """As a cluster does it: prepare, start the new beside the old, then end the old.

        In between both hear from one queue and tell from one outbox, and something has waited for them.
        """
        self._stop(f"{service}.worker")
        self.post(f"waiting for {service}")
        self.code[service] = code
        with self._own_variables():
            self._prepare([service])
            fresh = {one.name: one for one in self._programs() if one.service == service}
        web = fresh.pop(f"{service}.web")
        for name, program in fresh.items():
            self._run(f"{name} {NEXT}", program)
        self.running[f"{service}.worker"].start()
        self.talk(f"{service} beside itself")
        for name in fresh:
            self._stop(name)
            self.running[name] = self.running.pop(f"{name} {NEXT}")
        self._replace(web)

    def undo(self, code: Path) -> None:
        """All services at once run other code, on the databases as they are."""
        self.code = dict.fromkeys(SERVICES, code)
        with self._own_variables():
            programs = self._programs()
        for program in programs:
            self._replace(program)

    def _replace(self, program: Program) -> None:
        self._stop(program.name)
        self._run(program.name, program)
        if program.name.endswith(".web"):
            with self._own_variables():
                until(lambda: self.system.is_ready(program.service), seconds=60)

    def _prepare(self, services: Sequence[str]) -> None:
        started = [preparation.start(one, [], self.state, folder=self.code[one]) for one in services]
        with preparation.all_ended(started) as under_way:
            codes = [process.wait() for process in under_way]
        for service, code in zip(services, codes, strict=True):
            log = self.state.path("logs", f"{service}.prepare.log")
            assert code == 0, f"{service} could not be prepared:\n{log.read_text()}"

    def _programs(self) -> list[Program]:
        return [self._of_its_code(one) for one in self.system.programs()]

    def _of_its_code(self, program: Program) -> Program:
        folder = self.code[program.service]
        python, *rest = program.argv
        argv = (python, *(one.replace(str(REPOSITORY), str(folder)) for one in rest))
        own = {
            **program.environment,
            "LIVENESS_PATH": str(self.state.path(f"{program.name}-{folder.name}.alive")),
        }
        return replace(program, argv=argv, folder=folder, environment=own)

    def _run(self, name: str, program: Program) -> None:
        self.running[name] = Running(program, self.system.log(name.replace(" ", "-")))
        self.running[name].start()

    def _stop(self, name: str) -> None:
        self.running[name].stop(seconds=PATIENCE)

    # ---- what is said meanwhile

    def talk(self, marker: str) -> None:
        """Have every event of the catalogue told; fails if one is parked, or a replica differs in the end."""
        before = {service: self._last_told(service) for service in TELLING}
        self._travel()
        post = self.post(f"{marker}")
        assert self.write("PATCH", "posts", f"posts/{post}/", "ann", {"title": f"{marker}!"})[0] == 200
        comment = until(lambda: self._commented(post), seconds=60)
        assert self.write("DELETE", "comments", f"comments/{comment}/", "bob")[0] == 204
        until(lambda: not self.differences(), seconds=120, saying=lambda: self.differences() + self.parked())
        # Digests are told by the clock, and by no change.
        wanted = {event.type for event in EVENTS if not issubclass(event, Digests)}
        assert self._told_since(before) == wanted
        assert self.parked() == []

    def _travel(self) -> None:
        journey = Journey(self.system.urls, lambda author: tokens.mint(self.state, author), seconds=60)
        try:
            journey.travel()
        except Trouble as stranded:
            raise AssertionError("\n".join([str(stranded), *self.parked()])) from None

    def _commented(self, post: str) -> str:
        status, answer = self.comment(post, "Beside.")
        return str(answer["id"]) if status == 201 else ""

    def _last_told(self, service: str) -> int:
        url = self.database_urls()[service]
        return int(select(url, "SELECT coalesce(max(id), 0) FROM shared_events_outboxentry")[0][0])

    def _told_since(self, before: dict[str, int]) -> set[str]:
        statement = "SELECT DISTINCT type FROM shared_events_outboxentry WHERE id >"
        urls = self.database_urls()
        return {row[0] for name, last in before.items() for row in select(urls[name], f"{statement} {last}")}

    def parked(self) -> list[str]:
        """A line for each event that a service could not apply."""
        statement = "SELECT routing_key, reason, message FROM shared_events_parkedevent"
        return [
            f"{service} ({self.code[service].name}) parked {kind}, {reason}: {message}"
            for service, url in self.database_urls().items()
            for kind, reason, message in select(url, statement)
        ]
