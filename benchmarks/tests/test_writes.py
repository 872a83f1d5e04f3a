"""What `bench writes` makes of its figures, and whether it would notice a load that lies."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.load import Round
from benchmarks.tests.test_visible import Server, short, under_load  # noqa: F401 -- a fixture, used by its name
from benchmarks.visible import Seen
from benchmarks.writes import report, steady
from benchmarks.writes.found import Found

STOPS = "import time\nprint('ready', flush=True)\ntime.sleep(60)\n"


@pytest.fixture
def found() -> Found:
    return Found(
        settings={"fsync": "on"},
        rounds={
            "with_outbox": [Round(300.0, 4.0), Round(330.0, 4.2), Round(360.0, 4.1)],
            "without_append": [Round(400.0, 3.0)],
            "without_outbox": [Round(500.0, 2.5)],
        },
        steady=[Seen(answered=[5.0, 9.0], late=[0.1]), Seen(answered=[7.0], late=[0.2], refused=1)],
        stopped=Seen(answered=[*[10.0] * 80, *[1900.0] * 20]),
        cores={"posts.web": 0.3, "PostgreSQL": 0.5, "the whole machine": 1.25},
    )


def test_medians_are_held_against_the_aims(found):
    text = report.text(found)

    assert "| with_outbox ≥ 0.8 x without_append  | 0.82 x | met        |" in text
    assert ("a stop of 2 s shows in p99", "1.90 s", True) in [
        (one.aim, one.found, one.met) for one in found.verdicts
    ]
    assert [one.met for one in found.verdicts if "refused" in one.aim] == [False]
    assert not found.lies


def test_a_load_that_does_not_show_the_stop_is_not_believed(found):
    found.stopped = Seen(answered=[*[10.0] * 999, 2000.0])

    assert found.lies
    assert "**missed**" in report.text(found)


def test_a_run_that_was_broken_off_tells_what_it_has():
    assert not Found().lies
    assert "aim" not in report.text(Found())
    assert "POSTs per second" in report.text(Found(rounds={"with_outbox": [Round(300.0, 4.0)]}))


def test_the_report_is_made_of_aligned_tables(found):
    text = report.text(found)

    assert "100/s, together" in text
    assert text.index("PostgreSQL ") < text.index("posts.web ") < text.index("the whole machine, of")
    for block in text.split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        assert len({len(row) for row in rows}) <= 1


def test_everything_is_kept_as_json_and_drawn(found):
    kept = json.loads(json.dumps(found.as_json()))

    assert kept["contestants"]["with_outbox"][0] == {"rate": 300.0, "cpu_ms": 4.0}
    assert kept["steady_ms"][1]["refused"] == 1
    ElementTree.fromstring(report.svg(found))
    ElementTree.fromstring(report.svg(Found()))


def test_a_steady_load_looks_for_nothing_and_notes_how_late_it_was_itself():
    server = Server()

    seen = under_load(server, 0.4, per_second=100, sampled=0)

    assert server.looks == {}
    assert len(seen.late) == len(seen.answered) == server.writes > 20
    assert all(
        late <= answered for late, answered in zip(sorted(seen.late), sorted(seen.answered), strict=True)
    )


def test_a_server_is_stopped_and_goes_on(monkeypatch):
    pauses = []
    with subprocess.Popen([sys.executable, "-c", STOPS], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None and server.stdout.readline() == "ready\n"
        monkeypatch.setattr(
            steady.time, "sleep", lambda seconds: pauses.append((seconds, state(server.pid, "T")))
        )

        steady.stand_still(server.pid)

        assert pauses == [(2.0, "T")]
        assert state(server.pid, "S") == "S"
        server.send_signal(signal.SIGKILL)


def state(pid: int, wanted: str) -> str:
    """The state of a process by proc_pid_stat(5), as soon as it is the wanted one."""
    for _ in range(100_000):
        found = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        if found == wanted:
            break
    return found
