"""Rules, and what they make of a text together."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from moderation.domain import checks
from moderation.domain.text import Text

LONGEST_NAME = 100
LONGEST_VALUE = 5_000


class Kind(StrEnum):
    WORDS = "words"
    PATTERN = "pattern"
    LINKS = "links"
    LENGTH = "length"


class Scope(StrEnum):
    EVERYTHING = "everything"
    POSTS = "posts"
    COMMENTS = "comments"


class Action(StrEnum):
    REJECT = "reject"
    HOLD = "hold"


class Verdict(StrEnum):
    APPROVED = "approved"
    REJECTED = "rejected"
    HELD = "held"  # a person decides


CHECKS: dict[str, type[checks.Check]] = {
    Kind.WORDS: checks.Words,
    Kind.PATTERN: checks.Pattern,
    Kind.LINKS: checks.Links,
    Kind.LENGTH: checks.Length,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleSpec:
    """What is objected to, and what follows; raises InvalidRule when its value makes no sense."""

    name: str
    kind: Kind
    value: str
    action: Action
    scope: Scope = Scope.EVERYTHING

    def __post_init__(self) -> None:
        _check(self.kind, self.value)

    def concerns(self, scope: Scope) -> bool:
        return self.scope in (Scope.EVERYTHING, scope)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    verdict: Verdict
    reasons: tuple[str, ...] = ()


def judge(written: str, rules: Iterable[RuleSpec]) -> Judgement:
    """Apply every rule: one that rejects outweighs any that hold; no objection is an approval.

    A pattern that runs out of time says nothing about the text, so a person has to look at it.
    """
    text = Text(written)
    objections = [objection for rule in rules if (objection := _object(rule, text))]
    actions = {action for action, _ in objections}
    verdict = Verdict.REJECTED if Action.REJECT in actions else Verdict.HELD if actions else Verdict.APPROVED
    return Judgement(verdict=verdict, reasons=tuple(reason for _, reason in objections))


def _object(rule: RuleSpec, text: Text) -> tuple[Action, str] | None:
    try:
        found = _check(rule.kind, rule.value).find(text)
    except TimeoutError:
        return Action.HOLD, f"{rule.name}: timeout"
    return (rule.action, f"{rule.name}: {found}") if found else None


@lru_cache(maxsize=1_000)
def _check(kind: Kind, value: str) -> checks.Check:
    return CHECKS[kind](value)
