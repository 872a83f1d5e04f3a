from typing import Any

from django.core.management.base import BaseCommand

from shared_events.catalogue import schema


class Command(BaseCommand):
    help = "Write the JSON Schema of every event to shared_events/catalogue/schemas, for review and commit."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = schema.write()
        for path in changed:
            self.stdout.write(f"wrote {path.name}")
        if not changed:
            self.stdout.write("every committed schema is current")
