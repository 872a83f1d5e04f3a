import json
from xml.etree import ElementTree

import pytest

from benchmarks import aims, chart, report
from benchmarks.contestant import Round
from benchmarks.result import Result, percentiles
from benchmarks.visible import Seen


@pytest.fixture
def result() -> Result:
    return Result(
        settings={"fsync": "on"},
        events={"raw_publish": 20_000, "relay": 20_000, "drain": 20_000, "faststream": 5000},
        rounds={
            "raw_publish": [Round(20_000.0), Round(10_000.0), Round(12_000.0)],
            "relay": [Round(6000.0, {"posts relay": 81_920})],
            "drain": [Round(16_000.0)],
            "faststream": [Round(2000.0)],
        },
        visible_cores={"posts.web": 0.25, "RabbitMQ": 0.5},
        visible=[Seen(visible=[5.0, 10.0, 70.0], answered=[8.0])],
        stages={"drain": {"pool process": {"upsert": 0.25, "idle": 0.75}}},
    )


def test_an_aim_is_a_ratio_of_medians_of_one_run(result):
    found = {verdict.aim: (verdict.found, verdict.met) for verdict in result.verdicts}

    assert found == {
        "relay ≥ 0.6 x raw_publish": ("0.5 x", False),
        "drain ≥ 4 x faststream": ("8 x", True),
        "visible p50 ≤ 15 ms": ("10.0 ms", True),
        "visible p99 ≤ 60 ms": ("70.0 ms", False),
    }


def test_what_was_not_measured_is_not_judged():
    assert list(aims.verdicts({"drain": 5.0}, {})) == []


def test_a_contestant_has_to_meet_all_its_aims():
    rates = {"celery_task_per_event": 100.0, "celery_tuned": 500.0, "faststream": 900.0}

    assert aims.floor("drain", rates) == 5000
    assert aims.floor("raw_publish", rates) == 0


def test_the_report_is_made_of_aligned_tables(result):
    text = report.text(result)

    assert "| raw_publish | 20,000 |            12,000 | 10,000 to 20,000 |" in text
    assert "**missed**" in text
    assert "posts relay" in text and " 80 |" in text
    assert text.index("RabbitMQ ") < text.index("posts.web ")
    assert "all together" in text and "75.0 %" in text
    assert "| pool process | upsert | 25.0 % |         15.6 |" in text
    for block in text.split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        assert len({len(row) for row in rows}) <= 1


def test_a_run_of_one_contestant_has_a_report_too():
    text = report.text(Result(events={"drain": 20}, rounds={"drain": [Round(100.0)]}))

    assert "drain" in text
    assert "aim" not in text


def test_everything_is_kept_as_json(result):
    kept = json.loads(json.dumps(result.as_json()))

    assert kept["contestants"]["raw_publish"] == {
        "events": 20_000, "rates": [20_000.0, 10_000.0, 12_000.0], "median": 12_000.0, "memory_kib": {},
    }  # fmt: skip
    assert kept["visible_ms"][0]["visible"] == {
        "p50": 10.0, "p99": 70.0, "p99.9": 70.0, "max": 70.0,
    }  # fmt: skip
    assert kept["machine"]["cores"].isdigit()
    assert kept["settings"] == {"fsync": "on"}


def test_percentiles_are_samples_that_were_seen():
    assert percentiles([float(number) for number in range(1001)]) == {
        "p50": 500.0, "p99": 990.0, "p99.9": 999.0, "max": 1000.0,
    }  # fmt: skip
    assert percentiles([]) == {}


def test_the_chart_has_a_bar_per_figure_and_a_mark_per_aim(result):
    drawing = ElementTree.fromstring(chart.svg(result))

    shapes = [element.tag.rpartition("}")[2] for element in drawing]
    assert shapes.count("rect") == 1 + 4 + 2  # the ground, the contestants, p50 and p99
    assert shapes.count("line") == 4
    relay = next(element for element in drawing if element.get("fill") == chart.OURS)
    assert float(relay.get("width") or 0) > 0


def test_a_chart_of_a_single_figure_can_be_drawn():
    ElementTree.fromstring(chart.svg(Result(events={"drain": 20}, rounds={"drain": [Round(100.0)]})))
