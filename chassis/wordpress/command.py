"""The command `import FILE [--pages]`, as far as it is the same in every service that has one."""

import sys
from abc import abstractmethod
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic

from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter
from django.db import DatabaseError

from chassis import progress, wordpress
from chassis.wordpress import Export, ExportError, Totals
from chassis.wordpress.batches import Record, Tally, batches
from chassis.wordpress.summary import summary

NOTHING = "Nothing was imported."
THE_REST = "What came before stays: run the same command again for the rest."
INTERRUPTED = 130
EPILOG = """\
The file is read to its end before anything is written: one that is cut off, or is
no WordPress export, changes nothing. A second run imports what is missing and leaves
the rest alone: what was edited here stays edited, what was deleted stays deleted.
Each service reads the same file by itself, in any order; give --pages to the imports
of both or of neither.

examples:
  python3 manage.py posts import export.xml
  python3 manage.py comments import export.xml
"""


class Paragraphs(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Leaves the line breaks of a description where they are."""


class ImportCommand(BaseCommand, Generic[Record]):
    """Reads an export twice: to its end without writing anything, then batch by batch."""

    thing: str

    @abstractmethod
    def records(self, export: Export) -> Iterator[Record]:
        """What of the export this service is to own."""

    @abstractmethod
    def expected(self, totals: Totals) -> int:
        """How many of them there are."""

    @abstractmethod
    def write(self, batch: list[Record]) -> Tally:
        """Write what of a batch is new, in one transaction."""

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        return super().create_parser(
            prog_name, subcommand, formatter_class=Paragraphs, epilog=EPILOG, **options
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a WordPress export (WXR 1.0 to 1.2)")
        parser.add_argument("--pages", action="store_true", help="take the pages for posts, too")

    def handle(self, *arguments: Any, file: Path, pages: bool, **options: Any) -> None:
        with _explained(file, then=NOTHING):
            totals = _checked(file, pages=pages)
        with _explained(file, then=THE_REST):
            tally = self._imported(Export(file, pages=pages), self.expected(totals))
        self.stdout.write(summary(self.thing, tally, totals.left_out))

    def _imported(self, export: Export, total: int) -> Tally:
        tally = Tally()
        with progress.shown(total, doing="importing", unit=f"{self.thing}s", stream=sys.stderr) as advance:
            for batch in batches(self.records(export)):
                tally += self.write(batch)
                advance(len(batch))
        return tally


def _checked(file: Path, *, pages: bool) -> Totals:
    size = file.stat().st_size
    if not file.is_file():
        raise CommandError(f"{file} is no file, which an import could read twice. {NOTHING}")
    with progress.shown(size, doing="checking", unit="B", stream=sys.stderr) as advance:
        return wordpress.check(file, pages=pages, progress=advance)


@contextmanager
def _explained(file: Path, *, then: str) -> Iterator[None]:
    """Turns what can go wrong into one line that ends with what the person has to know next."""
    try:
        yield
    except OSError as problem:
        raise CommandError(f"{file} cannot be read: {problem.strerror}. {then}") from problem
    except ExportError as problem:
        raise CommandError(f"{file}: {problem}. {then}") from problem
    except DatabaseError as problem:
        reason = str(problem).strip().partition("\n")[0]
        raise CommandError(f"The database refuses: {reason}. {then}") from problem
    except KeyboardInterrupt:
        raise CommandError(f"Interrupted. {then}", returncode=INTERRUPTED) from None
