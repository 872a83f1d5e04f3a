"""A and D. What a login gives away, how long a token lives, and what all that leaves in a log."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest

from chassis.logging.filters import MOST_ALIKE
from tests.security.harm import harmless
from tests.security.people import LOGIN, Person
from tests.security.raw import exchange
from tests.security.rows import STAFF
from tests.security.test_tokens import GOOD, MINE, NOW, signed

WORKERS, WINDOWS = 2, 2  # processes that each count for themselves; a minute may end in the middle


def processor_seconds(site, service: str) -> float:
    """What the web processes of a service have used so far."""
    master = site.running[service].process.pid
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    ticks = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13] for pid in children)
    return sum(int(user) + int(system) for user, system in ticks) / os.sysconf("SC_CLK_TCK")


def failed_login(site, name: str) -> tuple[int, str, float]:
    """Its status, its page without what differs each time, and what it cost."""
    person = Person(site, "posts")
    before = processor_seconds(site, "posts")
    answer = person.submit(LOGIN, {"username": name, "password": "wrong"})
    page = re.sub(r'value="[^"]*"', "", answer.text)
    return answer.status_code, page, processor_seconds(site, "posts") - before


def test_s14_a_login_tells_nobody_whether_there_is_such_a_user(site):
    """Time on a busy machine says little: what is compared is the work, nearly all of which is one hash."""
    known, unknown = (failed_login(site, name) for name in (STAFF, "nobody-at-all"))

    assert known[:2] == unknown[:2]
    assert known[0] == 200 and "correct username and password" in known[1]
    assert 0.25 < known[2] / unknown[2] < 4  # a refusal without a hash costs a twentieth


def test_s11_a_token_that_lives_longer_than_a_disabled_user_may_is_refused(site):
    for_ever = signed(site, GOOD | {"exp": NOW + timedelta(hours=13)})

    answer = harmless(site.ask("posts", "GET", MINE, token=for_ever))

    assert answer.status == 401
    assert "JWT_LONGEST_LIFETIME" in answer.problem["detail"]
    assert harmless(site.ask("posts", "GET", MINE, token=signed(site, GOOD))).status == 200


# What is refused, and how often it is asked for. A POST has a line of its own, bounded by its kind: of
# those there are more than a minute has room for.
REFUSALS = {
    "S80 no such address": (30, lambda site: site.ask("posts", "GET", "nothing/here/")),
    "S80 no token": (300, lambda site: site.ask("posts", "POST", MINE, {})),
    "S80 no good token": (30, lambda site: site.ask("posts", "GET", MINE, token="a.b.c")),
    "S80 another host": (30, lambda site: site.ask("posts", "GET", MINE, headers={"Host": "evil"})),
    "S80 no JSON": (300, lambda site: site.ask("posts", "POST", MINE, "{", token=site.anybody())),
    "S80 no session": (30, lambda site: site.ask("posts", "GET", MINE, headers={"Cookie": "sessionid=@"})),
    "S80 no HTTP": (30, lambda site: exchange(site, "posts", b"HELO\r\n\r\n")[0]),
    "S80 a form from elsewhere": (400, lambda site: site.ask("posts", "POST", LOGIN, {"a": "b"})),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_log_is_not_filled_by_refusals(sites, name):
    times, refuse = REFUSALS[name]
    log = sites["sqlite"].running["posts"].log
    before = len(log.read_text().splitlines())

    assert all(400 <= refuse(sites["sqlite"]).status < 500 for _ in range(times))

    told = len(log.read_text().splitlines()) - before
    assert told <= (0 if times < MOST_ALIKE else WORKERS * WINDOWS * MOST_ALIKE)
