"""Makes the documents that readers are sent."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from chassis import progress
from query import projections

EPILOG = """\
Documents are kept up by the worker; this is for posts that were here before there were documents, and for
whoever has reason to doubt them. It may run beside the worker and readers, and be interrupted and begun anew.

examples:
  python3 manage.py query build_documents          those that are missing
  python3 manage.py query build_documents --all    every one, its comments counted anew
"""


class Command(BaseCommand):
    help = "Make the documents that readers are sent, from the copies of posts and comments."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EPILOG
        parser.add_argument("--all", action="store_true", help="also those that are there, counted anew")
        parser.add_argument("--batch", type=int, default=500, help="posts in one transaction (default: 500)")

    def handle(self, *args: Any, **options: Any) -> None:
        total = projections.count_to_build(everything=options["all"])
        made = 0
        with progress.shown(total, doing="documents", unit="posts", stream=sys.stderr) as advance:
            for batch in batches(everything=options["all"], size=max(1, options["batch"])):
                projections.renew(batch, {}, recount=True)
                made += len(batch)
                advance(len(batch))
        self.stdout.write(
            f"made {made:,} documents" if made else "nothing to make: every post has its document"
        )


def batches(*, everything: bool, size: int) -> Iterator[list[UUID]]:
    """The posts to make documents of, in the order of their ids."""
    after = None
    while batch := projections.to_build(after=after, everything=everything, limit=size):
        yield batch
        after = batch[-1]
