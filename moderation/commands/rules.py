"""Changes rules, which are told to nobody."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from moderation.domain.cases import NameTaken, NoSuchRule, check_seen
from moderation.domain.rules import RuleSpec
from moderation.models import Rule

Seen = Collection[int] | None  # the versions that the change may start from; any, if none are named


@transaction.atomic
def make_rule(*, by: str, rule_id: UUID | None = None, **properties: str | bool) -> Rule:
    """Object to something from now on; what was judged before stays as it is."""
    rule = Rule(id=rule_id or uuid7(), made_by=by, **properties)
    _save_rule(rule, by=by, is_new=True)
    return rule


@transaction.atomic
def change_rule(*, rule_id: UUID, by: str, seen: Seen = None, **properties: str | bool) -> Rule:
    """Change what a rule objects to, or set it to rest."""
    rule = _rule_to_change(rule_id, seen=seen)
    for name, value in properties.items():
        setattr(rule, name, value)
    rule.version += 1
    _save_rule(rule, by=by, is_new=False)
    return rule


@transaction.atomic
def remove_rule(*, rule_id: UUID, seen: Seen = None) -> None:
    _rule_to_change(rule_id, seen=seen).delete()


@transaction.atomic
def add_missing_rules(specs: Iterable[RuleSpec], *, by: str) -> int:
    """Make those rules whose name does not exist yet, and leave the others as they are; returns how many."""
    known = set(Rule.objects.values_list("name", flat=True))
    missing = [spec for spec in specs if spec.name not in known]
    for spec in missing:
        make_rule(by=by, **asdict(spec))
    return len(missing)


def _rule_to_change(rule_id: UUID, *, seen: Seen) -> Rule:
    rule = Rule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise NoSuchRule
    check_seen(seen, version=rule.version)
    return rule


def _save_rule(rule: Rule, *, by: str, is_new: bool) -> None:
    rule.spec()
    rule.changed_by, rule.changed_at = by, timezone.now()
    try:
        with transaction.atomic():
            rule.save(force_insert=is_new)
    except IntegrityError as clash:
        raise NameTaken from clash
