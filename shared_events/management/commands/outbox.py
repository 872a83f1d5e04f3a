from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Min
from django.utils import timezone

from shared_events import setting_aside
from shared_events.models import OutboxEntry

EPILOG = """\
examples:
  outbox list                what waits, and what was set aside and why
  outbox release 17 18       send two entries again
  outbox release --all       send again everything that was set aside

An entry that no queue takes, or that the broker refuses, comes back by itself after a pause. One that is too
large for the broker waits until its limit (max_message_size) was raised and someone releases it.
"""


class Command(BaseCommand):
    help = "Look at what this service has told and the broker has not taken, or send it again."

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> Any:
        options |= {"epilog": EPILOG, "formatter_class": RawDescriptionHelpFormatter}
        return super().create_parser(prog_name, subcommand, **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="list|release")
        verbs.add_parser("list", help="how much waits and since when, and what was set aside, by reason")
        release = verbs.add_parser("release", help="send again what was set aside")
        release.add_argument("numbers", type=int, nargs="*", metavar="number")
        release.add_argument("--all", action="store_true", help="all of it")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        getattr(self, f"do_{verb}")(**options)

    def do_list(self, **options: Any) -> None:
        open_ = OutboxEntry.objects.filter(published_at=None)
        waiting = open_.filter(set_aside_at=None).aggregate(events=Count("pk"), since=Min("told_at"))
        age = f", the oldest for {timezone.now() - waiting['since']}" if waiting["since"] else ""
        self.stdout.write(f"{waiting['events']:>6}  waiting for the relay{age}")
        aside = open_.exclude(set_aside_at=None)
        for group in (
            aside.values("set_aside_because", "type").annotate(events=Count("pk")).order_by("-events")
        ):
            self.stdout.write("{events:>6}  set aside  {type:<28} {set_aside_because}".format(**group))
        for entry in aside.order_by("-pk")[:20]:
            again = f"again at {entry.retry_at:%H:%M:%S}" if entry.retry_at else "until it is released"
            self.stdout.write(f"{entry.pk:>6}  {entry}, {again}: {entry.set_aside_because}")

    def do_release(self, *, numbers: list[int], all: bool, **options: Any) -> None:
        if bool(numbers) == all:
            raise CommandError("name the numbers that `outbox list` shows, or say --all")
        chosen = OutboxEntry.objects.all() if all else OutboxEntry.objects.filter(pk__in=numbers)
        released = 0
        while some := setting_aside.release(chosen):
            released += some
        self.stdout.write(f"{released} wait for the relay again")
        if len(numbers) > released:
            raise CommandError(f"{len(numbers) - released} of those are not set aside: see `outbox list`")
