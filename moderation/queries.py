"""Reads cases and rules."""

from uuid import UUID

from django.db.models import QuerySet

from moderation.domain.cases import NoSuchCase, NoSuchRule, State
from moderation.domain.rules import RuleSpec
from moderation.models import Case, Rule


def cases(*, state: State | None = None) -> QuerySet[Case]:
    return Case.objects.filter(state=state) if state else Case.objects.all()


def case(case_id: UUID) -> Case:
    """One case; raises NoSuchCase."""
    found = Case.objects.filter(pk=case_id).first()
    if found is None:
        raise NoSuchCase
    return found


def next_held_case() -> Case | None:
    """The one that has waited longest for a person."""
    return cases(state=State.HELD).order_by("opened_at", "id").first()


def rules() -> QuerySet[Rule]:
    return Rule.objects.all()


def rule(rule_id: UUID) -> Rule:
    """One rule; raises NoSuchRule."""
    found = Rule.objects.filter(pk=rule_id).first()
    if found is None:
        raise NoSuchRule
    return found


def active_rules() -> list[RuleSpec]:
    """What the judge goes by, always in the same order."""
    return [rule.spec() for rule in Rule.objects.filter(is_active=True).order_by("name")]
