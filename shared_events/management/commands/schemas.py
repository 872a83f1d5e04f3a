from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shared_events import asyncapi
from shared_events.catalogue import compatibility, schema


class Command(BaseCommand):
    help = (
        "Write the JSON Schema of every event to shared_events/catalogue/schemas and who tells it to "
        "shared_events/asyncapi.json, for review and commit, "
        "and say what a release beside the last one would break."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--released",
            action="store_true",
            help="these are the released ones now: later changes are held against them",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        written = [*schema.write(schema.FOLDER), *asyncapi.write()]
        self._wrote(written, otherwise="every committed schema is current")
        if options["released"]:
            self._wrote(schema.write(compatibility.RELEASED), otherwise="all of them are released already")
        for found in compatibility.breaks(compatibility.released(), compatibility.current()):
            agreed = compatibility.AGREED.get(found.key)
            self.stdout.write(f"agreed on: {agreed}" if agreed else self.style.WARNING(f"breaks {found}"))

    def _wrote(self, changed: list[Path], *, otherwise: str) -> None:
        for path in changed:
            self.stdout.write(f"wrote {path.parent.name}/{path.name}")
        if not changed:
            self.stdout.write(otherwise)
