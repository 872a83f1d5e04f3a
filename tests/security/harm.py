"""What no answer may show, whatever was asked."""

import re

from tests.security.site import Answer

LEAKS = re.compile(
    rb"Traceback|\.py\b|site-packages|/tmp/|/home/|psycopg|sqlite3?\b|\bSELECT\b|\bINSERT\b|"
    rb"\brelation\b|django\.|rest_framework|secret_key",
    re.IGNORECASE,
)
PROBLEM = {"type", "title", "status", "detail", "code", "instance", "errors"}


def harmless(answer: Answer) -> Answer:
    """The answer, if it is a good one or a problem that tells nothing of the inside."""
    assert answer.status < 500 or answer.status in (501, 503), answer
    assert not LEAKS.search(answer.body), answer
    if answer.status >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json", answer
        problem = answer.problem
        assert problem.keys() >= PROBLEM and problem["status"] == answer.status, answer
        assert isinstance(problem["code"], str) and problem["code"], answer
    return answer
