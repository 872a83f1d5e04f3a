from rest_framework import serializers

from chassis.fields import TextField
from moderation.domain.cases import LONGEST_REASON, State
from moderation.domain.rules import LONGEST_NAME, LONGEST_VALUE, Action, Kind, Scope


class Wanted(serializers.Serializer):
    """Which cases to list."""

    state = serializers.ChoiceField(choices=list(State), required=False)


class CaseDetail(serializers.Serializer):
    """A text, what became of it, and why."""

    url = serializers.HyperlinkedIdentityField(view_name="case", lookup_url_kwarg="case_id")
    id = serializers.UUIDField()
    thing = serializers.CharField()
    thing_id = serializers.UUIDField()
    edition = serializers.IntegerField()
    author = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField()
    state = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    judged_by = serializers.CharField()
    version = serializers.IntegerField()
    opened_at = serializers.DateTimeField()
    judged_at = serializers.DateTimeField(allow_null=True)


class Approval(serializers.Serializer):
    """A decision on the case as it was seen: ``version`` is the one that was shown."""

    version = serializers.IntegerField(min_value=0)
    reason = TextField(max_length=LONGEST_REASON, required=False, default="", allow_blank=True)


class Rejection(Approval):
    reason = TextField(max_length=LONGEST_REASON)


class RuleText(serializers.Serializer):
    """What a moderator may say about a rule."""

    name = TextField(max_length=LONGEST_NAME)
    kind = serializers.ChoiceField(choices=list(Kind))
    value = TextField(max_length=LONGEST_VALUE, style={"base_template": "textarea.html"})
    action = serializers.ChoiceField(choices=list(Action))
    scope = serializers.ChoiceField(choices=list(Scope), default=Scope.EVERYTHING)
    is_active = serializers.BooleanField(default=True)


class RuleDetail(RuleText):
    url = serializers.HyperlinkedIdentityField(view_name="rule", lookup_url_kwarg="rule_id")
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    made_by = serializers.CharField()
    made_at = serializers.DateTimeField()
    changed_by = serializers.CharField()
    changed_at = serializers.DateTimeField()


class InvalidValue(serializers.ValidationError):
    """A value that its kind of rule cannot use."""

    def __init__(self, reason: str) -> None:
        super().__init__({"value": [reason]})


class UsedName(serializers.ValidationError):
    """A name that another rule has."""

    def __init__(self, reason: str) -> None:
        super().__init__({"name": [reason]})
