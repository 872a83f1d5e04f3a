"""Writes posts, edits and comments through the gateway at a steady rate, for a while, and says how that went.

Runs in the image of posts, which can mint tokens: `docker compose run --rm load --rate 20 --seconds 60`.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from math import ceil

from deploy.compose.people import People

PER_PERSON = 30  # writes in a minute; a service takes twice as many of one person
AT_ONCE = 32
EVERY = 5.0  # seconds from one line of progress to the next


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    people = People(options.url, minted(ceil(options.rate * 60 / PER_PERSON)))
    people.begin()
    spread(people, options.rate, options.seconds)
    if people.result.posts:
        seconds = people.until(f"query/api/v1/posts/{people.result.posts[-1]}/")
        print(f"the last post could be read {1000 * seconds:.0f} ms after the end", file=sys.stderr)
    print(people.result, file=sys.stderr)
    if options.json:
        print(json.dumps(vars(people.result)))
    return 0 if people.result.seconds else 1


def spread(people: People, rate: float, seconds: float) -> None:
    """Begin a write every so often, however long those take that were begun before."""
    began = time.monotonic()
    said = began
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(round(rate * seconds)):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))  # until the next is due
            pool.submit(people.write, number)
            if time.monotonic() - said > EVERY:
                said = time.monotonic()
                print(f"{said - began:4.0f} s: {people.result}", file=sys.stderr, flush=True)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="docker compose run --rm load", description=__doc__)
    parser.add_argument("--rate", type=above_zero, default=10, help="writes per second (default: 10)")
    parser.add_argument("--seconds", type=above_zero, default=60, help="for how long (default: 60)")
    parser.add_argument(
        "--url", default="http://gateway:8080", help="the gateway (default: the one of Compose)"
    )
    parser.add_argument("--json", action="store_true", help="print all ids that were accepted, as JSON")
    return parser.parse_args(arguments)


def above_zero(text: str) -> float:
    if not (number := float(text)) > 0:
        raise argparse.ArgumentTypeError(f"not above 0: {text}")
    return number


def minted(count: int) -> list[str]:
    """A token for each of so many people; ends the process where none can be minted."""
    from chassis import tokens

    try:
        return [tokens.mint(f"load-{number}", lifetime=timedelta(hours=12)) for number in range(count)]
    except tokens.CannotMint as problem:
        raise SystemExit(f"Nobody can write here: {problem}") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
