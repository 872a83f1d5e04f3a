from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from chassis.authentication import author
from chassis.conditional import content_tag
from chassis.idempotency.once import once_per_key
from chassis.pagination import NewestFirst
from chassis.permissions import needs_role
from chassis.problems import Conflict
from chassis.views import CommandView
from moderation import commands, queries
from moderation.api.serializers import Approval, CaseDetail, Rejection, Wanted
from moderation.domain import cases
from moderation.domain.cases import Decision


class OldestFirst(NewestFirst):
    ordering = ("opened_at", "id")


class ModeratorView(CommandView):
    permission_classes = [needs_role("moderator")]


class CaseView(ModeratorView):
    shown_class = CaseDetail
    refusals = {
        cases.NoSuchCase: NotFound,
        cases.OwnText: PermissionDenied,
        cases.NotNow: Conflict,
    }

    def tag(self, thing: Any) -> str:
        # The version of a case counts its verdicts, and a case may be held or closed without one.
        return content_tag(self.shown(thing))


class Cases(CaseView):
    """Texts and what became of them, oldest first. `?state=held` lists those that wait for a person."""

    serializer_class = parameters = Wanted
    pagination_class = OldestFirst

    def get_queryset(self) -> QuerySet[Any]:
        return queries.cases(**self.wanted(self.request.query_params))

    def get(self, request: Request) -> Response:
        return self.page()


class OneCase(CaseView):
    """A text, what became of it, and why."""

    def get(self, request: Request, case_id: UUID) -> Response:
        return self.one(queries.case(case_id))


class Decide(CaseView):
    approved: bool

    @once_per_key
    def post(self, request: Request, case_id: UUID) -> Response:
        wanted = self.wanted(request.data)
        decision = Decision(
            approved=self.approved,
            reason=wanted["reason"],
            by=author(request),
            seen_version=wanted["version"],
        )
        return self.written(commands.decide_case(case_id=case_id, decision=decision))


class ApproveCase(Decide):
    """Let the text be shown. `version` is that of the case as you saw it."""

    serializer_class = Approval
    example = {"version": 0}
    approved = True


class RejectCase(Decide):
    """Let the text be hidden, and say why. `version` is that of the case as you saw it."""

    serializer_class = Rejection
    example = {"version": 0, "reason": "Rude."}
    approved = False
