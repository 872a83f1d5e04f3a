from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import status
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from chassis.authentication import author
from chassis.pagination import NewestFirst
from chassis.permissions import needs_role
from chassis.problems import Conflict
from chassis.views import CommandView
from moderation import commands, queries
from moderation.api.serializers import (
    Approval,
    CaseDetail,
    InvalidValue,
    Rejection,
    RuleDetail,
    RuleText,
    UsedName,
    Wanted,
)
from moderation.domain import cases
from moderation.domain.cases import Decision
from moderation.domain.checks import InvalidRule


class OldestFirst(NewestFirst):
    ordering = ("opened_at", "id")


class ByName(NewestFirst):
    ordering = ("name", "id")


class ModeratorView(CommandView):
    permission_classes = [needs_role("moderator")]
    refusals = {
        cases.NoSuchCase: NotFound,
        cases.NoSuchRule: NotFound,
        cases.OwnText: PermissionDenied,
        cases.NotNow: Conflict,
        cases.NameTaken: UsedName,
        InvalidRule: InvalidValue,
    }


class CaseView(ModeratorView):
    def shown(self, found: Any, **options: Any) -> Any:
        return CaseDetail(found, context=self.get_serializer_context(), **options).data


class Cases(CaseView):
    """Texts and what became of them, oldest first. `?state=held` lists those that wait for a person."""

    serializer_class = Wanted
    pagination_class = OldestFirst

    def get_queryset(self) -> QuerySet[Any]:
        return queries.cases(**self.wanted(self.request.query_params))

    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.shown(page, many=True))


class OneCase(CaseView):
    """A text, what became of it, and why."""

    def get(self, request: Request, case_id: UUID) -> Response:
        return Response(self.shown(queries.case(case_id)))


class Decide(CaseView):
    approved: bool

    def post(self, request: Request, case_id: UUID) -> Response:
        wanted = self.wanted(request.data)
        decision = Decision(
            approved=self.approved,
            reason=wanted["reason"],
            by=author(request),
            seen_version=wanted["version"],
        )
        return Response(self.shown(commands.decide_case(case_id=case_id, decision=decision)))


class ApproveCase(Decide):
    """Let the text be shown. `version` is that of the case as you saw it."""

    serializer_class = Approval
    approved = True


class RejectCase(Decide):
    """Let the text be hidden, and say why. `version` is that of the case as you saw it."""

    serializer_class = Rejection
    approved = False


class RuleView(ModeratorView):
    serializer_class = RuleText

    def shown(self, found: Any, **options: Any) -> Any:
        return RuleDetail(found, context=self.get_serializer_context(), **options).data


class Rules(RuleView):
    """What the judge objects to. A new rule is for the texts that come from now on."""

    pagination_class = ByName

    def get_queryset(self) -> QuerySet[Any]:
        return queries.rules()

    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.shown(page, many=True))

    def post(self, request: Request) -> Response:
        rule = self.shown(commands.make_rule(by=author(request), **self.wanted(request.data)))
        return Response(rule, status=status.HTTP_201_CREATED, headers={"Location": rule["url"]})


class OneRule(RuleView):
    """A rule, to look at, change or remove."""

    def get(self, request: Request, rule_id: UUID) -> Response:
        return Response(self.shown(queries.rule(rule_id)))

    def patch(self, request: Request, rule_id: UUID) -> Response:
        wanted = self.wanted(request.data, partial=True)
        return Response(self.shown(commands.change_rule(rule_id=rule_id, by=author(request), **wanted)))

    def delete(self, request: Request, rule_id: UUID) -> Response:
        commands.remove_rule(rule_id=rule_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
