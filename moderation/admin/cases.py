import re
from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from chassis.admin import CommandAdmin, pill
from moderation import commands, queries
from moderation.domain.cases import LONGEST_REASON, OPEN, Decision, NotNow, Refused, State
from moderation.models import Case

TONES = {State.APPROVED: "good", State.REJECTED: "bad", State.HELD: "waiting"}
EVERY_STATE = "all"
VERSION = re.compile("[0-9]{1,19}")


class DecisionForm(ActionForm):
    """The choice of an action, and the reason that a rejection needs."""

    reason = forms.CharField(max_length=LONGEST_REASON, required=False)


class HeldFirst(admin.SimpleListFilter):
    """Shows what waits for a person, unless something else is asked for."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(EVERY_STATE, "All"), *((state.value, state.value.capitalize()) for state in State)]

    def value(self) -> str:
        return super().value() or State.HELD.value

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, label in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": value == self.value(), "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        return queryset if self.value() == EVERY_STATE else queryset.filter(state=self.value())


@admin.register(Case)
class CaseAdmin(CommandAdmin):
    refusal = Refused
    list_display = ["__str__", "shown_state", "shown_reasons", "judged_by", "opened_at"]
    list_filter = [HeldFirst, "thing"]
    search_fields = ["author", "body", "=thing_id"]
    search_help_text = "An author, words of the text, or the whole id of what was written"
    list_per_page = 50
    show_full_result_count = False
    ordering = ["opened_at", "id"]
    fields: ClassVar[list[Any]] = [
        *("thing", "author", "title", "body", "shown_state", "shown_reasons", "judged_by", "judged_at"),
        *("opened_at", "thing_id", "edition", "version", "id"),
    ]
    readonly_fields = fields
    action_form = DecisionForm
    actions = ["approve", "reject"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Case, form: Any, change: bool) -> None:
        """Answer the buttons on the page; the page says which version it showed."""
        seen = request.POST.get("version", "")
        if not VERSION.fullmatch(seen) or not {"approve", "reject"} & set(request.POST):
            raise NotNow("Nothing was decided: use one of the buttons.")
        self._decide(request, obj, approved="approve" in request.POST, seen_version=int(seen))
        obj.refresh_from_db()

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        return f"{'Approved' if 'approve' in request.POST else 'Rejected'}. {request.POST.get('reason', '')}"

    def response_change(self, request: HttpRequest, obj: Case) -> HttpResponse:
        self.message_user(request, f"{obj}: {obj.state}.", messages.SUCCESS)
        following = queries.next_held_case()
        if following is None:
            return redirect("admin:moderation_case_changelist")
        return redirect("admin:moderation_case_change", following.id)

    @admin.display(description="state", ordering="state")
    def shown_state(self, case: Case) -> SafeString:
        return pill(case.state, TONES.get(State(case.state), "quiet"))

    @admin.display(description="reasons")
    def shown_reasons(self, case: Case) -> SafeString:
        return format_html_join("; ", "{}", ([reason] for reason in case.reasons))

    @admin.action(description="Approve the chosen cases", permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Case]) -> None:
        self._decide_each(request, queryset, approved=True)

    @admin.action(description="Reject the chosen cases (give a reason)", permissions=["change"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Case]) -> None:
        self._decide_each(request, queryset, approved=False)

    def _decide_each(self, request: HttpRequest, queryset: QuerySet[Case], *, approved: bool) -> None:
        chosen, there = set(request.POST.getlist(ACTION_CHECKBOX_NAME)), list(queryset)
        if missing := len(chosen - {str(case.id) for case in there}):
            self.message_user(
                request, f"{missing} were decided by somebody else meanwhile.", messages.WARNING
            )

        def decide(case: Case) -> None:
            if case.state not in OPEN:
                raise NotNow(f"{case.judged_by or 'Nobody'} has {case.state} it: overrule that on its page.")
            self._decide(request, case, approved=approved, seen_version=case.version)

        self.for_each(request, queryset, decide)

    def _decide(self, request: HttpRequest, case: Case, *, approved: bool, seen_version: int) -> None:
        decision = Decision(
            approved=approved,
            reason=request.POST.get("reason", ""),
            by=request.user.get_username(),
            seen_version=seen_version,
        )
        commands.decide_case(case_id=case.id, decision=decision)
