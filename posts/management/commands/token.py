from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chassis import tokens

LONGEST = 24 * 365


class Command(BaseCommand):
    help = "Print a bearer token for writing as somebody: for development, where JWT_PRIVATE_KEY is set."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="who the bearer is")
        parser.add_argument("--moderator", action="store_true", help="may decide the cases of moderation")
        parser.add_argument("--hours", type=float, default=12, help="how long it is valid (default: 12)")

    def handle(self, *arguments: Any, **options: Any) -> str:
        if not 0 < options["hours"] <= LONGEST:
            raise CommandError(f"--hours must be above 0 and at most {LONGEST}")
        roles = ["moderator"] if options["moderator"] else []
        try:
            return tokens.mint(options["name"], roles=roles, lifetime=timedelta(hours=options["hours"]))
        except tokens.CannotMint as problem:
            raise CommandError(str(problem)) from None
