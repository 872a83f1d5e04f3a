"""What this service owns."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from moderation.domain.cases import State, Thing
from moderation.domain.checks import InvalidRule
from moderation.domain.rules import LONGEST_NAME, LONGEST_VALUE, Action, Kind, RuleSpec, Scope
from shared_events.versions import owned

THINGS = [(thing.value, thing.value.capitalize()) for thing in Thing]
STATES = [(state.value, state.value.capitalize()) for state in State]
KINDS = [
    (Kind.WORDS.value, "Words, with commas between them"),
    (Kind.PATTERN.value, "Pattern: a regular expression"),
    (Kind.LINKS.value, "Links: how many are in order"),
    (Kind.LENGTH.value, "Length: how many characters are in order"),
]
ACTIONS = [(Action.REJECT.value, "Reject"), (Action.HOLD.value, "Hold for a person")]
SCOPES = [(scope.value, scope.value.capitalize()) for scope in Scope]


@owned
class Rule(models.Model):
    """Something that moderators object to, for as long as it is active."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=LONGEST_NAME, unique=True)
    kind = models.CharField(max_length=7, choices=KINDS)
    value = models.TextField(max_length=LONGEST_VALUE)
    action = models.CharField(max_length=6, choices=ACTIONS)
    scope = models.CharField(max_length=10, choices=SCOPES, default=Scope.EVERYTHING.value)
    is_active = models.BooleanField(default=True)
    version = models.PositiveBigIntegerField(default=1, editable=False)  # goes up with every change
    made_by = models.CharField(max_length=150, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_by = models.CharField(max_length=150, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            self.spec()
        except InvalidRule as invalid:
            raise ValidationError({"value": str(invalid)}) from invalid

    def spec(self) -> RuleSpec:
        """The rule as the domain knows it; raises InvalidRule if its value makes no sense."""
        return RuleSpec(
            name=self.name,
            kind=Kind(self.kind),
            value=self.value,
            action=Action(self.action),
            scope=Scope(self.scope),
        )


@owned
class Case(models.Model):
    """One text to be judged, as it was when the case was opened: one edition of one thing.

    ``version`` counts the verdicts; it is 0 while there is none.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    thing = models.CharField(max_length=7, choices=THINGS, editable=False)
    thing_id = models.UUIDField(editable=False)
    edition = models.PositiveBigIntegerField(editable=False)
    author = models.CharField(max_length=150, editable=False)
    title = models.CharField(max_length=200, editable=False)
    body = models.TextField(editable=False)
    state = models.CharField(max_length=8, choices=STATES, default=State.WAITING.value, editable=False)
    reasons = models.JSONField(default=list, editable=False)
    judged_by = models.CharField(max_length=150, default="", editable=False)
    version = models.PositiveBigIntegerField(default=0, editable=False)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    judged_at = models.DateTimeField(null=True, editable=False)
    cause = models.JSONField(null=True, editable=False)  # the headers that its verdict carries on

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["thing", "thing_id", "edition"], name="one_case_per_edition"),
        )
        indexes = (
            models.Index(fields=["state", "opened_at", "id"], name="cases_by_state"),
            models.Index(fields=["opened_at", "id"], name="cases_by_age"),
        )

    def __str__(self) -> str:
        return f"{self.thing} by {self.author}: {(self.title or self.body)[:60]}"

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.body}" if self.title else self.body
