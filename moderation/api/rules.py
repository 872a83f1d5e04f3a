from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from chassis.authentication import author
from chassis.conditional import PreconditionFailed, seen_versions
from chassis.idempotency.once import once_per_key
from chassis.pagination import NewestFirst
from moderation import commands, queries
from moderation.api.serializers import InvalidValue, RuleDetail, RuleText, UsedName
from moderation.api.views import ModeratorView
from moderation.domain import cases
from moderation.domain.checks import InvalidRule


class ByName(NewestFirst):
    ordering = ("name", "id")

    def is_position(self, text: str) -> bool:
        return "\0" not in text


class RuleView(ModeratorView):
    serializer_class = RuleText
    shown_class = RuleDetail
    refusals = {
        cases.NoSuchRule: NotFound,
        cases.NameTaken: UsedName,
        cases.Outdated: PreconditionFailed,
        InvalidRule: InvalidValue,
    }


class Rules(RuleView):
    """What the judge objects to. A new rule is for the texts that come from now on."""

    pagination_class = ByName
    example = {"name": "No lemons", "kind": "words", "value": "lemon, lime", "action": "hold"}

    def get_queryset(self) -> QuerySet[Any]:
        return queries.rules()

    def get(self, request: Request) -> Response:
        return self.page()

    @once_per_key
    def post(self, request: Request) -> Response:
        return self.created(commands.make_rule(by=author(request), **self.wanted(request.data)))


class OneRule(RuleView):
    """A rule, to look at, change or remove."""

    example = {"is_active": False}

    def get(self, request: Request, rule_id: UUID) -> Response:
        return self.one(queries.rule(rule_id))

    def patch(self, request: Request, rule_id: UUID) -> Response:
        wanted, seen = self.wanted(request.data, partial=True), seen_versions(request)
        return self.written(commands.change_rule(rule_id=rule_id, by=author(request), seen=seen, **wanted))

    def delete(self, request: Request, rule_id: UUID) -> Response:
        commands.remove_rule(rule_id=rule_id, seen=seen_versions(request))
        return self.removed(rule_id)
