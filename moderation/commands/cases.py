"""Changes cases and tells verdicts."""

from collections.abc import Iterator
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from moderation import queries
from moderation.commands import verdicts
from moderation.domain import cases
from moderation.domain.cases import Decision, NoSuchCase, State, Thing
from moderation.domain.rules import Scope, Verdict, judge
from moderation.models import Case, CommentReplica, PostReplica
from shared_events import causation, outbox, tracing

RULES = "rules"  # who judged, when no person did
REPLICAS: dict[Thing, type[PostReplica] | type[CommentReplica]] = {
    Thing.POST: PostReplica,
    Thing.COMMENT: CommentReplica,
}
SCOPES = {Thing.POST: Scope.POSTS, Thing.COMMENT: Scope.COMMENTS}
CASES_PER_BATCH = 100
SECONDS_PER_BATCH = 1.0
JUDGED_FIELDS = ["state", "reasons", "judged_by", "judged_at", "version"]


class Round(NamedTuple):
    """What one round of the judge came to."""

    judged: int
    more_may_wait: bool


@transaction.atomic(savepoint=False)  # what fails here fails with its event
def open_case(*, thing: Thing, thing_id: UUID) -> bool:
    """Bring the cases of a thing in line with what is known of it now; returns whether one is to be judged.

    An edition has one case, however often and in whatever order it is heard of.
    """
    known = REPLICAS[thing].objects.get(pk=thing_id)
    is_wanted = cases.needs_judging(thing, status=known.status, is_deleted=known.is_deleted)
    current = None
    for case in Case.objects.select_for_update().filter(thing=thing, thing_id=thing_id):
        if is_wanted and case.edition == known.edition:
            current = case
        elif case.state in cases.OPEN:
            _set_state(case, State.CLOSED)
    if is_wanted and current is None:
        _open(thing, known)
    elif current and current.state == State.CLOSED:
        _set_state(current, State.WAITING)
    return is_wanted and (current is None or current.state == State.WAITING)


@transaction.atomic
def judge_waiting_cases(*, at_most: int = CASES_PER_BATCH) -> Round:
    """Judge the oldest cases that wait, by the rules, and tell the verdicts.

    A case that another process judges at the moment is left to it. The time is bounded, because on SQLite
    nobody else can write meanwhile.
    """
    taken = list(
        Case.objects.select_for_update(skip_locked=True)
        .filter(state=State.WAITING)
        .order_by("opened_at", "id")[:at_most]
    )
    if not taken:
        return Round(judged=0, more_may_wait=False)
    with tracing.batch("judge") as traced:
        judged = list(_judge_in_time(taken))
        _tell(judged, traced)
    return Round(judged=len(judged), more_may_wait=len(judged) < len(taken) or len(taken) == at_most)


def _tell(judged: list[Case], traced: tracing.Batch | None) -> None:
    # Not bulk_update: its CASE of every row and column took most of the time.
    Case.objects.bulk_create(judged, update_conflicts=True, unique_fields=["id"], update_fields=JUDGED_FIELDS)
    because = {case.id: verdicts.carried_on(case, traced) for case in judged}
    settled = [case for case in judged if case.state != State.HELD]
    outbox.append(*map(verdicts.of, settled), because=[because[case.id] for case in settled])


@transaction.atomic
def decide_case(*, case_id: UUID, decision: Decision) -> Case:
    """Let a person's decision take the place of whatever was decided before."""
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise NoSuchCase
    cases.check_may_decide(decision, author=case.author, state=State(case.state), version=case.version)
    reasons = [decision.reason.strip()] if decision.reason.strip() else []
    _settle(case, decision.state, reasons=reasons, judged_by=decision.by)
    case.save()
    outbox.append(verdicts.of(case))
    return case


def _open(thing: Thing, known: PostReplica | CommentReplica) -> None:
    # Another worker may do the same at this moment; the constraint lets one of the two open it.
    Case.objects.bulk_create(
        [
            Case(
                thing=thing,
                thing_id=known.id,
                edition=known.edition,
                author=known.author,
                title=known.title,
                body=known.body,
                cause=causation.headers(),
            )
        ],
        ignore_conflicts=True,
    )


def _judge_in_time(taken: list[Case]) -> Iterator[Case]:
    rules, until = queries.active_rules(), monotonic() + SECONDS_PER_BATCH
    for case in taken:
        judgement = judge(case.text, [rule for rule in rules if rule.concerns(SCOPES[Thing(case.thing)])])
        if judgement.verdict is Verdict.HELD:
            case.state, case.reasons = State.HELD, list(judgement.reasons)
        else:
            _settle(case, State(judgement.verdict), reasons=list(judgement.reasons), judged_by=RULES)
        yield case
        if monotonic() > until:
            return


def _settle(case: Case, state: State, *, reasons: list[str], judged_by: str) -> None:
    case.state, case.reasons, case.judged_by = state, reasons, judged_by
    case.judged_at = timezone.now()
    case.version += 1


def _set_state(case: Case, state: State) -> None:
    case.state = state
    case.save(update_fields=["state"])
