"""The same POST with and without an outbox, by turns, as fast as one server takes them; no relay runs."""

import json

import requests

from benchmarks import load
from benchmarks.answering import wait
from benchmarks.load import Asked, Round
from benchmarks.rig import TELLER, Rig
from benchmarks.writes.found import OUTBOX, PLAIN, Found
from deploy.local import ports, processes, tokens
from deploy.local.processes import Running
from deploy.local.progress import Steps
from deploy.local.trouble import Trouble

POSTS = "/posts/api/v1/posts/"
PATHS = {OUTBOX: POSTS, PLAIN: "/bench/without_append/", "without_outbox": "/bench/without_outbox/"}
EMPTY = "TRUNCATE posts_post, shared_events_outboxentry"
FIRST_PORT = 18800
SECONDS = 5.0
CONNECTIONS = 8
POST = {"title": "A post like any other", "body": "What is told in one place is soon known. " * 12}


def compare(rig: Rig, rounds: int, steps: Steps, found: Found) -> None:
    """Measure all contestants, forth and back, so that nobody is always first."""
    (port,) = ports.free(FIRST_PORT)
    base = f"http://127.0.0.1:{port}"
    asked = posts(tokens.mint(rig.state, "author-1"))
    with steps.step("with and without") as step, rig.running(program(rig, port)) as server:
        wait(server, f"{base}/posts/livez")
        check(rig, base, asked)
        for number in range(-1, rounds):  # one to warm up
            for name in list(asked) if number % 2 == 0 else reversed(asked):
                step.say(f"round {number + 1} of {rounds}: {name}" if number >= 0 else f"warming up: {name}")
                done = one_round(rig, server, base, asked[name], SECONDS if number >= 0 else 1)
                if number >= 0:
                    found.rounds.setdefault(name, []).append(done)
        step.say(" · ".join(f"{name} {rate:,.0f}/s" for name, rate in found.medians.items()))


def posts(token: str) -> dict[str, Asked]:
    """What is asked of each contestant."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return {name: Asked(paths=[path], headers=headers, body=json.dumps(POST)) for name, path in PATHS.items()}


def one_round(rig: Rig, server: Running, base: str, asked: Asked, seconds: float) -> Round:
    """Into empty tables, so that nobody finds what others have left."""
    assert server.process is not None
    with rig.database(TELLER) as database:
        database.execute(EMPTY)
    return load.ask(
        base,
        asked,
        seconds=seconds,
        connections=CONNECTIONS,
        folder=rig.state.folder,
        servers=[server.process.pid],
    )


def check(rig: Rig, base: str, asked: dict[str, Asked]) -> None:
    """Raises Trouble unless every contestant writes its post, and the first alone tells of it."""
    for name, one in asked.items():
        with rig.database(TELLER) as database:
            database.execute(EMPTY)
            answer = requests.post(
                f"{base}{one.paths[0]}", data=one.body, headers=dict(one.headers), timeout=10
            )
            counts = (
                "SELECT (SELECT count(*) FROM posts_post), (SELECT count(*) FROM shared_events_outboxentry)"
            )
            rows = database.execute(counts).fetchone()
        if answer.status_code != 201 or rows != (1, int(name == OUTBOX)):
            raise Trouble(f"{name} answered {answer.status_code} and left {rows}", mend="mend the contestant")


def program(rig: Rig, port: int) -> processes.Program:
    settings = {"DJANGO_SETTINGS_MODULE": "benchmarks.writes.site.settings"}
    return rig.program(TELLER, "writes", *processes.web(TELLER, port), **settings)
