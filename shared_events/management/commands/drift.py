from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shared_events import configuration
from shared_events.drift import comparing
from shared_events.drift.models import Comparison
from shared_events.replicas import COMPARED, Replica

EPILOG = """\
Owners tell digests of their rows every DIGESTS_EVERY, or by the command digests; the worker compares when it
hears them, and this shows what it found last. It exits with 1 if a copy differs from its source.

A bucket holds the rows whose id has that remainder; its digest is made of their ids and versions. One that
differed once may have had a row under way. One that differs in the same way at the next telling has not:
a row is missing here, or is too many, or is in another version, because an event is parked or was lost, or
because somebody changed the table. What to do: docs/what-happens-when.md
"""


class Command(BaseCommand):
    help = "Show where the copies that this service keeps differ from what their owners told."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EPILOG

    def handle(self, *args: Any, **options: Any) -> None:
        if not COMPARED:
            self.stdout.write(f"{configuration.service()} keeps no copies that could differ")
        found = {one.replica: one for one in Comparison.objects.all()}
        drifted = [model for model in COMPARED if self._show(model, found.get(model._meta.label))]
        if drifted:
            raise CommandError(f"{len(drifted)} of {len(COMPARED)} kinds of copies differ from their source")

    def _show(self, model: type[Replica], found: Comparison | None) -> bool:
        """Say what was found of one replica; returns whether it has drifted."""
        label, owner = model._meta.label, COMPARED[model].owner()
        if found is None or found.told_at is None:
            self.stdout.write(f"{label}: not compared yet; manage.py {owner} digests has {owner} tell now")
            return False
        rows = f"{found.count_told} rows were told, {found.count_found} are here"
        when = f"what {owner} told at {found.told_at:%Y-%m-%d %H:%M:%S} UTC"
        if not found.differences:
            self.stdout.write(f"{label}: equals {when}: {found.count_told} rows")
            return False
        where = f"{len(found.differences)} of {found.buckets} buckets"
        self.stdout.write(f"{label}: {where} differ from {when}: {rows}")
        for bucket, one in found.differences.items():
            self.stdout.write(self._line(bucket, one))
        return bool(found.drifted)

    def _line(self, bucket: str, one: comparing.Difference) -> str:
        lasts = one["tellings"] >= comparing.CONFIRMED_BY
        what = f"since {one['since']}" if lasts else "seen once: a row may be under way"
        return f"  bucket {bucket:>3}: told {one['told']:012x}, here {one['found']:012x}, {what}"
