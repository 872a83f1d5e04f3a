from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from moderation import queries
from moderation.domain.evaluation import Evaluation, Unusable, evaluate, read_labelled
from moderation.domain.rules import Scope

TABLE = """\
          caught  let through
  spam   {spam_caught:>7}  {spam_missed:>11}
  ham    {ham_caught:>7}  {ham_passed:>11}

precision {precision}  of what was rejected or held, this share is spam
recall    {recall}  of the spam, this share was rejected or held"""


class Command(BaseCommand):
    help = "Try the active rules on labelled comments: CSV with the columns label (spam or ham) and text."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--show", action="store_true", help="list what was misjudged, and why")

    def handle(self, *arguments: Any, **options: Any) -> None:
        rules = [rule for rule in queries.active_rules() if rule.concerns(Scope.COMMENTS)]
        if not rules:
            raise CommandError("there is no active rule for comments: run the command starter_rules")
        try:
            # A comment with broken characters is still a comment.
            with options["file"].open(encoding="utf-8-sig", errors="replace", newline="") as lines:
                outcome = evaluate(read_labelled(lines), rules)
        except (OSError, Unusable) as problem:
            raise CommandError(f"{options['file']} cannot be evaluated: {problem}") from None
        if not outcome.tried:
            raise CommandError(f"{options['file']} holds no comments")
        self.stdout.write(f"{len(outcome.tried)} comments, {len(rules)} rules\n\n{_table(outcome)}")
        if options["show"]:
            self.stdout.write(_misjudged(outcome))


def _table(outcome: Evaluation) -> str:
    return TABLE.format(
        spam_caught=outcome.count(is_spam=True, is_caught=True),
        spam_missed=outcome.count(is_spam=True, is_caught=False),
        ham_caught=outcome.count(is_spam=False, is_caught=True),
        ham_passed=outcome.count(is_spam=False, is_caught=False),
        precision=_share(outcome.precision),
        recall=_share(outcome.recall),
    )


def _share(share: float | None) -> str:
    return "none" if share is None else f"{share:.2f}"


def _misjudged(outcome: Evaluation) -> str:
    lines = [f"\n{len(outcome.misjudged)} misjudged:"]
    for one in outcome.misjudged:
        label, reasons = "spam" if one.comment.is_spam else "ham", "; ".join(one.judgement.reasons)
        lines.append(f"  {label} {one.judgement.verdict}: {one.comment.text.strip()!r} {reasons}")
    return "\n".join(lines)
