"""What is shown and alarmed about is what the processes really say."""

import json
import re
import shutil
import subprocess
from urllib.request import urlopen

import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.environment import SERVICES
from deploy.local.state import REPOSITORY
from tests.assembly import until
from tests.comparison import select
from tests.conftest import WATCHED

FOLDER = REPOSITORY / "deploy" / "observability"
PROMETHEUS = FOLDER / "prometheus"
OURS = re.compile(r"\b(?:shared_events|tidings|moderation)_[a-z_]+")


def alerts():
    groups = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels():
    return json.loads((FOLDER / "grafana" / "tidings.json").read_text())["panels"]


def asked_for():
    """Every name of ours in an alert or on the dashboard."""
    shown = [target["expr"] for panel in panels() for target in panel["targets"]]
    return {name for said in (*shown, *(rule["expr"] for rule in alerts())) for name in OURS.findall(said)}


def of_web_processes(assembly):
    found = set()
    for service in SERVICES:
        with urlopen(f"{assembly.system.urls[service]}/{service}/metrics", timeout=10) as answer:
            families = text_string_to_metric_families(answer.read().decode())
            found |= {sample.name for family in families for sample in family.samples}
    return found


def of_relays_workers_and_tasks():
    """By what they register; that they serve it is seen in the tests of each."""
    from chassis.metrics import tasks
    from shared_events import metrics

    assert metrics.WORKER_LAG and tasks.SECONDS
    endings = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}
    return {
        f"{family.name}{ending}" for family in REGISTRY.collect() for ending in endings.get(family.type, [""])
    }


@pytest.mark.parametrize("assembly", [WATCHED], indirect=True, scope="session")
def test_every_number_that_is_shown_or_alarmed_about_is_one_that_is_told(assembly):
    assembly.post("Counted")

    assert len(asked_for()) > 10
    assert asked_for() <= of_web_processes(assembly) | of_relays_workers_and_tasks()


def test_every_alert_says_what_is_wrong_what_to_do_and_how_soon():
    for rule in alerts():
        assert set(rule["annotations"]) == {"summary", "mend"}, rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket"), rule["alert"]


@pytest.mark.parametrize(
    "about",
    ["OutboxWaits", "EventsLate", "DeadEvents", "WorkerStalled", "ReplicaDrifted"],
)
def test_what_can_go_wrong_has_an_alert(about):
    assert about in {rule["alert"] for rule in alerts()}


def test_no_panel_lies_on_another():
    taken = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels())
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24


def test_prometheus_asks_containers_that_there_are():
    jobs = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())["scrape_configs"]
    asked = {name for job in jobs for place in job.get("dns_sd_configs", []) for name in place["names"]}

    there = yaml.safe_load((REPOSITORY / "compose.yaml").read_text())["services"]
    kinds = re.compile(rf"({'|'.join(SERVICES)})(-relay|-worker|-tasks)?")
    assert asked == {name for name in there if kinds.fullmatch(name)}


def test_the_gateway_keeps_the_numbers_to_those_inside():
    nginx = (REPOSITORY / "deploy" / "nginx" / "nginx.conf").read_text()

    assert nginx.index("/metrics$ {") < nginx.index("proxy_pass"), "the first pattern that matches holds"


@pytest.fixture
def promtool_version():
    if not shutil.which("promtool"):
        pytest.skip("promtool is not there: it comes with Prometheus")
    said = subprocess.run(["promtool", "--version"], capture_output=True, text=True, check=True)
    return int(re.search(r"version (\d+)\.", said.stdout + said.stderr)[1])


def test_the_alerts_fire_when_they_should(promtool_version):
    promtool("test", "rules", "alerts_test.yml")


def test_prometheus_takes_its_configuration(promtool_version):
    if promtool_version < 3:
        pytest.skip(f"promtool {promtool_version} knows nothing of otlp: that of Prometheus 3 does")
    promtool("check", "config", "prometheus.yml")


def promtool(*arguments):
    done = subprocess.run(
        ["promtool", *arguments], cwd=PROMETHEUS, capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("assembly", [WATCHED], indirect=True, scope="session")
def test_the_statements_by_which_replicas_are_compared_give_the_same_everywhere(assembly):
    page = (REPOSITORY / "docs" / "observe.md").read_text()
    lists = [re.findall(r"(\w+): `(SELECT .*?)`", one) for one in re.split(r"^\* ", page, flags=re.MULTILINE)]
    post = assembly.post("compared")
    until(lambda: assembly.comment(post, "Compared.")[0] == 201)
    assembly.quiet()
    urls = assembly.database_urls()

    answers = [{rows(urls[service], statement) for service, statement in one} for one in lists if one]

    assert [len(one) for one in answers] == [1, 1]
    assert all(count > 0 for one in answers for count, _ in one)


def rows(url, statement):
    [(count, versions)] = select(url, statement)
    return count, int(versions)
