"""Where traces and lines go by the variables alone that docs/observe.md gives for each vendor."""

import re
import subprocess
import sys

import pytest

from deploy.local.processes import environment
from deploy.local.state import REPOSITORY, State
from tests.receiver import Receiver

PAGE = (REPOSITORY / "docs" / "observe.md").read_text()
SAYS_SOMETHING = """
import logging, django
django.setup()
from chassis.tracing import starting
from shared_events import tracing
starting.start("posts")
with tracing.batch("trial"):
    logging.getLogger("trial").warning("said in a trial")
starting.stop()
"""


def given_for(vendor: str) -> dict[str, str]:
    """The variables of its row; of two addresses the first."""
    (row,) = re.findall(rf"^\| {vendor}.*$", PAGE, re.MULTILINE)
    found = re.findall(r"`(OTEL_\w+)=([^`]+)`", row)
    return dict(reversed(found))


@pytest.mark.parametrize(
    ("vendor", "header", "signals"),
    [
        ("Honeycomb", "x-honeycomb-team", {"/v1/traces", "/v1/logs"}),
        ("ServiceNow Cloud Observability", "lightstep-access-token", {"/v1/traces"}),
    ],
)
def test_what_is_set_for_a_vendor_is_all_it_takes(tmp_path, vendor, header, signals):
    receiver, given = Receiver(), given_for(vendor)
    own = {**given, "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url}
    try:
        subprocess.run(
            [sys.executable, "-c", SAYS_SOMETHING],
            env={**environment("posts", State(tmp_path)), **own},
            cwd=REPOSITORY,
            check=True,
            timeout=60,
        )
    finally:
        receiver.close()

    assert given["OTEL_EXPORTER_OTLP_ENDPOINT"].startswith("https://")
    key = re.search(r"=(<\w+>)", given["OTEL_EXPORTER_OTLP_HEADERS"])[1]
    assert {path for path, _ in receiver.asked} == signals
    assert {headers[header] for _, headers in receiver.asked} == {key}
    assert [span.name for span in receiver.spans] == ["trial batch"]
