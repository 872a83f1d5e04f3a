from typing import Any

from django.core.management.base import BaseCommand

from moderation import commands
from moderation.domain.starter_rules import SPAM_RULES


class Command(BaseCommand):
    help = (
        "Make the rules against common comment spam that do not exist yet; those that exist stay as they are."
    )

    def handle(self, *arguments: Any, **options: Any) -> None:
        made = commands.add_missing_rules(SPAM_RULES, by="starter rules")
        self.stdout.write(f"starter rules: {made} made, {len(SPAM_RULES) - made} were there already")
