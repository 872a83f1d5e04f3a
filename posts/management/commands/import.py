from collections.abc import Iterator

from chassis.wordpress import Export, ExportedPost, Totals
from chassis.wordpress.batches import Tally
from chassis.wordpress.command import ImportCommand
from posts import commands
from posts.domain import LONGEST_AUTHOR, LONGEST_BODY, LONGEST_TITLE


class Command(ImportCommand[ExportedPost]):
    help = f"""\
Import the posts of a WordPress export. What was published there is published here
with its date, drafts stay drafts. What is private, trashed or behind a password
does not come.

A post belongs to the author of the same name. Its body comes with its markup, its
title as plain text: cut after a word if it is longer than {LONGEST_TITLE} characters, made
from the first words of the body if there is none. A post is left out, and named
with its WordPress id, if it has no body, a body of more than {LONGEST_BODY:,} characters,
or an author whose name is longer than {LONGEST_AUTHOR}.
"""
    thing = "post"

    def records(self, export: Export) -> Iterator[ExportedPost]:
        return export.posts()

    def expected(self, totals: Totals) -> int:
        return totals.posts

    def write(self, batch: list[ExportedPost]) -> Tally:
        return commands.import_posts(batch)
