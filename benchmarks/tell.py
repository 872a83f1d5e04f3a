"""Fills the outbox of posts as a service does: `python -m benchmarks.tell <count>`, with its settings."""

import sys
from itertools import islice

PORTION = 500  # events told in one transaction


def main(count: int) -> None:
    import django

    django.setup()
    from django.db import transaction

    from benchmarks import events
    from shared_events import outbox

    waiting = events.posts(count)
    while portion := list(islice(waiting, PORTION)):
        with transaction.atomic():
            outbox.append(*portion)


if __name__ == "__main__":
    main(int(sys.argv[1]))
