import json

import pytest

from tests.assembly import until
from tests.conftest import WATCHED

# A comment on its way: written, judged, approved, shown.
STATIONS = {
    ("comments", "web"),
    ("comments", "relay"),
    ("moderation", "worker"),
    ("moderation", "tasks"),
    ("moderation", "relay"),
    ("comments", "worker"),
    ("query", "worker"),
}

pytestmark = pytest.mark.parametrize("assembly", [WATCHED], indirect=True, scope="session")


@pytest.fixture
def comment(assembly):
    """A comment that was just written; its id."""
    post = assembly.post("To be traced")
    _status, answer = until(lambda: written(assembly, post))
    return answer["id"]


def written(assembly, post):
    """Until comments has heard of the post it knows of none to comment on."""
    status, answer = assembly.comment(post, "Well traced.")
    return (status, answer) if status == 201 else None


def trace_of(receiver, comment):
    """The spans of the trace that the comment's request began."""
    told = (span for span in list(receiver.spans) if span.about.get("tidings.subject") == comment)
    first = next((span for span in told if span.process == "worker"), None)
    return receiver.trace(first.trace) if first else []


def stations(spans):
    return {(span.service, span.process) for span in spans}


def test_one_trace_leads_from_the_request_through_every_service_to_the_reader(assembly, receiver, comment):
    until(
        lambda: stations(trace_of(receiver, comment)) == STATIONS,
        saying=lambda: STATIONS - stations(trace_of(receiver, comment)),
    )

    spans = trace_of(receiver, comment)
    until(lambda: all(span.parent in ids(trace_of(receiver, comment)) for span in spans if span.parent))
    (root,) = (span for span in spans if not span.parent)
    assert (root.service, root.process) == ("comments", "web")
    assert root.name.startswith("POST /comments/api/v1/posts/")
    linked = [span for span in list(receiver.spans) if root.trace in span.links and span.trace != root.trace]
    assert {span.name for span in linked} == {"apply batch", "judge batch", "publish batch"}


def ids(spans):
    return {span.id for span in spans}


def test_the_lines_of_every_service_name_the_request_the_event_and_the_trace(assembly, receiver, comment):
    until(lambda: stations(trace_of(receiver, comment)) == STATIONS)
    trace = trace_of(receiver, comment)[0].trace

    (wrote,) = until(lambda: lines(assembly, "comments.web", trace, "POST "))
    assert (wrote["status"], wrote["subject"], wrote["told"]) == (201, comment, ["comments.comment.created"])
    (opened,) = until(lambda: lines(assembly, "moderation.worker", trace, "heard comments.comment.created"))
    assert (opened["event_id"], opened["subject"]) == (wrote["event_id"], comment)
    (shown,) = until(lambda: lines(assembly, "query.worker", trace, "heard comments.comment.updated"))
    assert shown["subject"] == comment
    assert {line["correlation_id"] for line in (wrote, opened, shown)} == {wrote["request_id"]}
    until(lambda: shipped(receiver, trace) >= {"comments", "moderation", "query"})


def shipped(receiver, trace):
    """The services whose lines about a trace lie where the trace does."""
    return {line.service for line in list(receiver.lines) if line.trace == trace}


def lines(assembly, process, trace, begins):
    """The lines of a process about a trace that begin with some words.

    All of its lines are JSON but those that Celery writes past any log when it is asked to stop.
    """
    whole = assembly.running[process].log.read_text().rpartition("\n")[0].splitlines()
    logged = [line for line in whole if line and not line.startswith("worker: ")]
    assert not [line for line in logged if not line.startswith("{")]
    found = [line for line in map(json.loads, logged) if line.get("trace_id") == trace]
    return [line for line in found if line["event"].startswith(begins)]
