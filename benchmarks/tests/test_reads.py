"""What `bench reads` makes of its figures."""

import json
from xml.etree import ElementTree

import pytest

from benchmarks import load
from benchmarks.load import Asked, Round
from benchmarks.reads import filling, growth, report
from benchmarks.reads.report import Found
from deploy.local.trouble import Trouble


def rounds(**rates: list[float]) -> dict[str, list[Round]]:
    return {name: [Round(rate, 1.5) for rate in found] for name, found in rates.items()}


FOUND = rounds(
    query=[2000.0, 2400.0, 2200.0],
    drf_nested=[100.0, 130.0, 110.0],
    sync_fanout=[55.0],
    django_hello=[5000.0],
)
PRINTED = "Running 1s test\n  1 threads\n  2310 requests in 1.01s, 1MB read\nRequests/sec:   2285.51\n"


def wrk(monkeypatch, tmp_path, printed: str) -> None:
    """Have a program of that name print this."""
    program = tmp_path / "wrk"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{printed}END\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")


def test_medians_are_held_against_the_aims():
    found = Found(settings={}, rounds=FOUND)

    assert found.ratios == {"drf_nested": 20, "sync_fanout": 40, "django_hello": 0.44}
    said = report.text(found)
    assert "| query ≥ 15 x drf_nested    | 20.00 x | met        |" in said
    assert "| query ≥ 40 x sync_fanout   | 40.00 x | met        |" in said
    assert "| query ≥ 0.5 x django_hello |  0.44 x | **missed** |" in said


@pytest.mark.parametrize(("large", "loss", "met"), [(1720, "14.0 %", True), (1600, "20.0 %", False)])
def test_a_loss_is_told_apart_from_a_slower_machine(large, loss, met):
    """Its speed falls to a half and comes back, and one round is far off."""
    speeds = [1, 0.5, 0.6, 1, 0.9]
    sizes = {
        1_000_000: [Round(large * speed, 1.1) for speed in speeds],
        10_000: [Round(2000.0 * speed, 1.0) for speed in (1, 0.5, 0.6, 0.4, 0.9)],
    }

    found = Found(settings={}, rounds=FOUND, growth=sizes)

    last = found.verdicts[-1]
    assert (last.aim, last.found, last.met) == ("from 10,000 to 1,000,000 posts a loss ≤ 15%", loss, met)
    assert "|    10,000 | " in report.text(found)
    assert "added from the fewest to the most: 10.0 %" in report.text(found)


def test_everything_is_kept_as_json_and_drawn():
    found = Found(settings={"posts": "3"}, rounds=FOUND, growth={9: [Round(2.0, 1.5)]})
    kept = json.loads(json.dumps(found.as_json()))

    assert kept["contestants"]["query"][0] == {"rate": 2000.0, "cpu_ms": 1.5}
    assert kept["growth"]["9"][0]["rate"] == 2.0
    ElementTree.fromstring(report.svg(found))


def test_each_number_of_posts_has_tables_of_its_own():
    assert growth.url_of("postgres://a@b/c", 10) == "postgres://a@b/c?options=-csearch_path%3Dposts_10"
    assert growth.url_of("postgres://a@b/c?x=1", 10).endswith("/c?x=1&options=-csearch_path%3Dposts_10")


def test_posts_are_counted_from_one():
    assert filling.id_of(1).hex == "bea404eeb42ed2039eda3253b6b79819"  # as PostgreSQL's md5 has it
    assert filling.moment_of(60).isoformat() == "2026-01-01T00:01:00+00:00"


def test_a_rate_is_read_from_what_wrk_prints(monkeypatch, tmp_path):
    wrk(monkeypatch, tmp_path, PRINTED)

    done = load.ask("http://x", Asked(paths=["/"]), seconds=1, connections=1, folder=tmp_path)

    assert done == Round(2285.5, 0.0)
    assert '{"/"}' in (tmp_path / "asked.lua").read_text()


def test_what_is_posted_is_quoted_for_lua():
    script = load.written(Asked(paths=["/"], headers={"If-None-Match": '"a"'}, body='{"title": "x"}'))

    assert 'wrk.method = "POST"' in script
    assert r'wrk.headers["If-None-Match"] = "\"a\""' in script
    assert r'wrk.body = "{\"title\": \"x\"}"' in script


def test_a_server_that_does_not_answer_is_said_to_be_busy(monkeypatch, tmp_path):
    wrk(monkeypatch, tmp_path, PRINTED.replace("2310 requests", "0 requests"))

    with pytest.raises(Trouble, match="no answer in 1 s"):
        load.ask("http://x", Asked(paths=["/"]), seconds=1, connections=1, folder=tmp_path)


@pytest.mark.parametrize(
    "fault", ["  Socket errors: connect 0, read 1, write 0, timeout 0\n", "  Non-2xx or 3xx responses: 7\n"]
)
def test_a_rate_of_errors_is_no_rate(monkeypatch, tmp_path, fault):
    wrk(monkeypatch, tmp_path, fault + PRINTED)

    with pytest.raises(Trouble, match=r"1|7"):
        load.ask("http://x", Asked(paths=["/"]), seconds=1, connections=1, folder=tmp_path)
