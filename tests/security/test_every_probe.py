"""Every probe of the checklist's groups A to F has a test with its number, or a reason why it has none."""

import re
from itertools import chain

from deploy.local.state import REPOSITORY

PLACES = (
    "tests/security/test_*.py",
    "tests/test_openapi.py",
    "chassis/tests/test_*.py",
    "*/tests/test_admin.py",
)
NUMBER = re.compile(r'(?:def test|_s\d+)?_s(\d+)(?=_)|"S(\d+)[ "]')
NO_SUCH_PROBE = {9, 23, 31, 38, 42, 46, 49, 58, 64, 79, 96}
WITHOUT = {
    95: "nothing fetches an address that somebody has written: there are no previews and no webhooks",
    97: "nothing sends mail or notifications",
}


def test_every_probe_has_a_test_or_a_reason_why_not():
    files = chain.from_iterable(REPOSITORY.glob(place) for place in PLACES)
    names = chain.from_iterable(NUMBER.findall(path.read_text()) for path in files)
    tested = {int(number) for pair in names for number in pair if number}

    assert set(range(1, 98)) - tested == NO_SUCH_PROBE | WITHOUT.keys()
