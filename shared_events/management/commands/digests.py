from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shared_events import configuration
from shared_events.digests import DIGESTED
from shared_events.drift import telling

EPILOG = """\
The worker of a service that owns things does this by itself, every DIGESTS_EVERY (10m; off for never). Each
service with copies of them compares within seconds, and says what it found:

  posts digests       posts tells what its rows come to, by bucket
  query drift         query says where its copies differ from that

A row that is only under way differs too. So a difference counts once two tellings in a row have shown it:
to be sure at once, tell twice, with a few seconds in between.
"""


class Command(BaseCommand):
    help = "Tell digests of what this service owns now, so that others compare their copies with them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EPILOG

    def handle(self, *args: Any, **options: Any) -> None:
        if not DIGESTED:
            raise CommandError(f"{configuration.service()} owns nothing that others have copies of")
        for kind in DIGESTED:
            event = telling.tell(kind)
            self.stdout.write(f"told {event.type}: {event.count} rows in {len(event.digests)} buckets")
