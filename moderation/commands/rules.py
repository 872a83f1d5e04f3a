"""Changes rules, which are told to nobody."""

from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from moderation.domain.cases import NameTaken, NoSuchRule
from moderation.domain.rules import RuleSpec
from moderation.models import Rule


@transaction.atomic
def make_rule(*, by: str, rule_id: UUID | None = None, **properties: str | bool) -> Rule:
    """Object to something from now on; what was judged before stays as it is."""
    rule = Rule(id=rule_id or uuid7(), made_by=by, **properties)
    _save_rule(rule, by=by, is_new=True)
    return rule


@transaction.atomic
def change_rule(*, rule_id: UUID, by: str, **properties: str | bool) -> Rule:
    """Change what a rule objects to, or set it to rest."""
    rule = Rule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise NoSuchRule
    for name, value in properties.items():
        setattr(rule, name, value)
    _save_rule(rule, by=by, is_new=False)
    return rule


@transaction.atomic
def remove_rule(*, rule_id: UUID) -> None:
    if not Rule.objects.filter(pk=rule_id).delete()[0]:
        raise NoSuchRule


@transaction.atomic
def add_missing_rules(specs: Iterable[RuleSpec], *, by: str) -> int:
    """Make those rules whose name does not exist yet, and leave the others as they are; returns how many."""
    known = set(Rule.objects.values_list("name", flat=True))
    missing = [spec for spec in specs if spec.name not in known]
    for spec in missing:
        make_rule(by=by, **asdict(spec))
    return len(missing)


def _save_rule(rule: Rule, *, by: str, is_new: bool) -> None:
    rule.spec()
    rule.changed_by, rule.changed_at = by, timezone.now()
    try:
        with transaction.atomic():
            rule.save(force_insert=is_new)
    except IntegrityError as clash:
        raise NameTaken from clash
