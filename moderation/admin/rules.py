from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from chassis.admin import CommandAdmin
from moderation import commands
from moderation.domain.cases import Refused
from moderation.models import Rule


@admin.register(Rule)
class RuleAdmin(CommandAdmin):
    refusal = Refused
    list_display = ["name", "kind", "action", "scope", "is_active", "changed_by", "changed_at"]
    list_filter = ["is_active", "kind", "action", "scope"]
    search_fields = ["name", "value"]
    ordering = ["name"]
    readonly_fields = ["made_by", "made_at", "changed_by", "changed_at"]

    def save_model(self, request: HttpRequest, obj: Rule, form: Any, change: bool) -> None:
        command = commands.change_rule if change else commands.make_rule
        command(rule_id=obj.id, by=request.user.get_username(), **form.cleaned_data)
        obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: Rule) -> None:
        commands.remove_rule(rule_id=obj.id)
