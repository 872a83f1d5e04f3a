import io
import json
import logging
import logging.config
from contextlib import contextmanager

import pytest
from django.test import Client

from chassis.logging import configuration
from shared_events import causation

HOSTILE = "a title\n2026-11-21T10:00:00Z [error] forged\r\x1b[2Jgone\u2028too\x85"


@contextmanager
def written(monkeypatch, form, level="INFO"):
    """What goes to stderr, in a form that the environment asks for."""
    monkeypatch.setenv("LOG_FORMAT", form)
    monkeypatch.setenv("LOG_LEVEL", level)
    asked = configuration.settings("example", in_production=True)
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(configuration.formatter("example", asked["formatters"]["line"]["form"]))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(asked["root"]["level"])
    try:
        yield output
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


@pytest.mark.parametrize("form", ["json", "terminal"])
@pytest.mark.parametrize(
    "say",
    [
        lambda log: log.warning(HOSTILE),
        lambda log: log.warning("posted %s", HOSTILE),
        lambda log: log.warning("posted", extra={"title": HOSTILE}),
    ],
)
def test_whatever_a_stranger_has_written_a_line_stays_one_line(monkeypatch, form, say):
    with written(monkeypatch, form) as output:
        say(logging.getLogger("example"))

    assert len(output.getvalue().splitlines()) == 1
    assert "\x1b" not in output.getvalue()


@pytest.mark.parametrize("form", ["json", "terminal"])
def test_no_line_of_a_traceback_can_pass_for_a_line_of_the_log(monkeypatch, form):
    with written(monkeypatch, form) as output:
        try:
            raise ValueError(HOSTILE)
        except ValueError:
            logging.getLogger("example").exception("failed")

    first, *others = output.getvalue().splitlines()
    assert "failed" in first
    assert all(line.startswith("    ") for line in others)
    assert "forged" in output.getvalue()


def test_a_line_says_which_request_event_and_subject_it_is_about(monkeypatch):
    because = causation.because_of("event-2", {"correlation_id": "request-1"}, subject="post-3")
    with written(monkeypatch, "json") as output, because:
        logging.getLogger("pika.somewhere").critical("away")

    line = json.loads(output.getvalue())
    assert line["event"] == "away"
    assert (line["service"], line["logger"], line["level"]) == ("example", "pika.somewhere", "critical")
    assert (line["correlation_id"], line["event_id"], line["subject"]) == ("request-1", "event-2", "post-3")


def test_a_request_that_fails_names_itself_in_all_of_its_lines(monkeypatch):
    path = "/example/api/v1/broken/code/"
    with written(monkeypatch, "json") as output:
        Client(raise_request_exception=False).get(path, headers={"x-request-id": "request-1"})

    lines = [json.loads(line) for line in output.getvalue().splitlines()]
    assert {line["request_id"] for line in lines} == {"request-1"}
    assert lines[-1]["event"] == f"GET {path}"
    assert lines[-1]["status"] == 500


def test_reads_are_left_to_the_gateway_unless_asked_for(monkeypatch):
    with written(monkeypatch, "json") as output:
        Client().get("/example/livez")
    assert output.getvalue() == ""

    with written(monkeypatch, "json", level="DEBUG") as output:
        Client().get("/example/livez", headers={"x-request-id": "request-1"})
    assert '"event": "GET /example/livez"' in output.getvalue()


def test_a_path_with_a_line_in_it_is_one_line(monkeypatch):
    with written(monkeypatch, "terminal") as output:
        Client().post("/example/nothing%0a2026-11-21 [error] forged")

    assert len(output.getvalue().splitlines()) == 1


def test_production_writes_json_and_everybody_else_for_people(monkeypatch):
    monkeypatch.delenv("LOG_FORMAT", raising=False)

    def form(*, in_production):
        return configuration.settings("example", in_production=in_production)["formatters"]["line"]["form"]

    assert form(in_production=True) == "json"
    assert form(in_production=False) == "terminal"


@pytest.mark.parametrize(("name", "value"), [("LOG_FORMAT", "xml"), ("LOG_LEVEL", "loud")])
def test_an_unknown_form_or_level_is_named_with_those_there_are(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(
        SystemExit, match=rf"^{name} cannot be used \('{value}' is none of these\): set it to"
    ):
        configuration.settings("example", in_production=True)


def test_the_configuration_is_one_that_python_takes(monkeypatch):
    monkeypatch.setenv("LOG_FORMAT", "json")
    root = logging.getLogger()
    kept = root.handlers[:]
    try:
        logging.config.dictConfig(configuration.settings("example", in_production=True))
        assert len(root.handlers) == 1
    finally:
        root.handlers[:] = kept
