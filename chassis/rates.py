"""How often something may happen."""

import re
from typing import NamedTuple

UNLIMITED = "off"
RATE = re.compile(r"([1-9][0-9]{0,8})/([smhd])")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Rate(NamedTuple):
    times: int
    seconds: int


def rate(text: str) -> Rate | None:
    """Read how often something may happen, like 60/m; "off" sets no limit."""
    if text == UNLIMITED:
        return None
    found = RATE.fullmatch(text)
    if found is None:
        raise ValueError("not a number of times")
    return Rate(int(found[1]), SECONDS[found[2]])
