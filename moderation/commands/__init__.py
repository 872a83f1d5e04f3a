"""Changes cases and rules, and tells verdicts: one transaction each."""

from moderation.commands.cases import decide_case, judge_waiting_cases, open_case
from moderation.commands.rules import add_missing_rules, change_rule, make_rule, remove_rule

__all__ = [
    "add_missing_rules",
    "change_rule",
    "decide_case",
    "judge_waiting_cases",
    "make_rule",
    "open_case",
    "remove_rule",
]
