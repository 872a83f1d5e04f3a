import getpass
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, QuerySet

from shared_events.models import OPEN, ParkedEvent
from shared_events.worker import redrive
from shared_events.worker.transient import is_transient

PROGRESS_EVERY = 100  # events

EPILOG = """\
What fails in its handler is tried again by the worker itself, ever later, up to eight times; then it is
dead. What cannot be read at all is dead at once. Applying again goes through the same guards as hearing: an
event that was overtaken meanwhile changes nothing.

  parked list                                    what is parked and why
  parked show 17                                 its bytes, its traceback, who settled it
  parked retry 17 18                             after the code was mended
  parked retry-all --reason ValueError           all that failed alike
  parked discard 17 --because "a test of ours"   never apply it; the reason is kept
"""


class Command(BaseCommand):
    help = "Look at the events that this service could not apply, apply them again, or discard them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EPILOG
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="list|show|retry|retry-all|discard")
        verbs.add_parser("list", help="what is parked, by reason and type, and the newest of each")
        show = verbs.add_parser("show", help="everything that is known of one")
        retry = verbs.add_parser("retry", help="apply some again, from the table and by the code of today")
        retry_all = verbs.add_parser("retry-all", help="apply all again that retry or are dead")
        retry_all.add_argument("--reason", help="only those parked for this reason")
        discard = verbs.add_parser("discard", help="give some up for good")
        discard.add_argument("--because", required=True, help="why, for those who look later")
        show.add_argument("number", type=int)
        for verb in (retry, discard):
            verb.add_argument("numbers", type=int, nargs="+", metavar="number")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        getattr(self, "do_" + verb.replace("-", "_"))(**options)

    def do_list(self, **options: Any) -> None:
        groups = _open().values("state", "reason", "routing_key").annotate(events=Count("pk"))
        if not groups:
            self.stdout.write("nothing is parked")
        for group in groups.order_by("-events"):
            self.stdout.write("{events:>6}  {state:<9} {routing_key:<28} {reason}".format(**group))
        for event in _open().order_by("-pk")[:20]:
            when = f"{event.parked_at:%Y-%m-%d %H:%M:%S}"
            self.stdout.write(f"{event.pk:>6}  {when}  {event}: {event.message[:80]}")

    def do_show(self, *, number: int, **options: Any) -> None:
        event = ParkedEvent.objects.filter(pk=number).first()
        if event is None:
            raise CommandError(f"no event is parked under the number {number}")
        for field in event._meta.concrete_fields:
            value = getattr(event, field.attname)
            shown = bytes(value).decode("utf-8", "backslashreplace") if field.name == "body" else value
            self.stdout.write(f"{field.name:<16} {shown}")

    def do_retry(self, *, numbers: list[int], **options: Any) -> None:
        by, resolved = getpass.getuser(), 0
        for done, number in enumerate(numbers, start=1):
            with self._unless_settled(number):
                resolved += redrive.retry(number, by=by)
            if done % PROGRESS_EVERY == 0:
                self.stdout.write(f"{done} of {len(numbers)} tried, {resolved} applied")
        self.stdout.write(f"{resolved} of {len(numbers)} applied")

    def do_retry_all(self, *, reason: str | None, **options: Any) -> None:
        chosen = _open().filter(reason=reason) if reason else _open()
        self.do_retry(numbers=list(chosen.order_by("pk").values_list("pk", flat=True)))

    def do_discard(self, *, numbers: list[int], because: str, **options: Any) -> None:
        if not because.strip():
            raise CommandError("--because is empty: say why, for those who look later")
        for number in numbers:
            with self._unless_settled(number):
                redrive.discard(number, by=getpass.getuser(), because=because)
                self.stdout.write(f"{number} discarded")

    @contextmanager
    def _unless_settled(self, number: int) -> Iterator[None]:
        try:
            yield
        except redrive.AlreadySettled:
            self.stderr.write(f"{number} is not parked, was settled before, or is being tried right now")
        except Exception as error:  # which of them say "busy" is known in one place; all others go on
            if not is_transient(error):
                raise
            said = f"the database is busy or away, and nothing was done about {number} and what follows"
            raise CommandError(f"{said}; try again in a moment ({error.__cause__ or error})") from error


def _open() -> QuerySet[ParkedEvent]:
    return ParkedEvent.objects.filter(state__in=OPEN)
