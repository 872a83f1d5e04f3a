from typing import Any

from django.core.management.base import BaseCommand

from moderation import commands
from moderation.domain.starter_rules import DEMO_RULES, SPAM_RULES


class Command(BaseCommand):
    help = "Make the starter rules, and a few for harmless words; a second run changes nothing."

    def handle(self, *arguments: Any, **options: Any) -> None:
        rules = (*DEMO_RULES, *SPAM_RULES)
        made = commands.add_missing_rules(rules, by="demo")
        self.stdout.write(f"demo: {made} rules made, {len(rules) - made} were there already")
