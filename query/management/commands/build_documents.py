"""Makes the documents that readers are sent."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand
from django.db.models import Exists, OuterRef

from chassis import progress
from query import projections
from query.models import PostDocument, PostReplica

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
        total = count_to_build(everything=options["all"])
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
    while batch := to_build(after=after, everything=everything, limit=size):
        yield batch
        after = batch[-1]


def to_build(*, after: UUID | None, everything: bool, limit: int) -> list[UUID]:
    """The next posts that have no document yet, or with ``everything`` the next of all, by their ids."""
    posts = _to_build(everything) if after is None else _to_build(everything).filter(pk__gt=after)
    return list(posts.order_by("pk").values_list("pk", flat=True)[:limit])


def count_to_build(*, everything: bool) -> int:
    return int(_to_build(everything).count())


def _to_build(everything: bool) -> Any:
    posts = PostReplica.objects.all()
    document = PostDocument.objects.filter(pk=OuterRef("pk"), comment_count__isnull=False)
    return posts if everything else posts.filter(~Exists(document))
