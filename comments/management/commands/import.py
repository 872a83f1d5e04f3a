from collections.abc import Iterator

from chassis.wordpress import Export, ExportedComment, Totals
from chassis.wordpress.batches import Tally
from chassis.wordpress.command import ImportCommand
from comments import commands
from comments.domain import LONGEST_AUTHOR, LONGEST_BODY


class Command(ImportCommand[ExportedComment]):
    help = f"""\
Import the comments of a WordPress export. What was approved there is approved here,
what was not is pending until moderation has judged it. Threads become flat. Spam,
pingbacks and trackbacks do not come, nor what was said about posts that do not.

A comment shows the name it was signed with, as plain text, cut if it is longer than
{LONGEST_AUTHOR} characters. It belongs to nobody, since anyone could have signed with that
name: only the staff can delete it. Its body comes with its markup; a comment is left
out, and named with its WordPress id, if that is longer than {LONGEST_BODY:,} characters.
"""
    thing = "comment"

    def records(self, export: Export) -> Iterator[ExportedComment]:
        return export.comments()

    def expected(self, totals: Totals) -> int:
        return totals.comments

    def write(self, batch: list[ExportedComment]) -> Tally:
        return commands.import_comments(batch)
