from base64 import b64encode
from uuid import uuid4

import pytest

from moderation import commands
from moderation.models import Case
from moderation.tests.events import comment_deleted, comment_updated, decision, held, no_oranges, opened
from shared_events.testing import deliver, told

pytestmark = pytest.mark.django_db

API = "/moderation/api/v1/"
CASES, RULES = f"{API}cases/", f"{API}rules/"
RULE = {"name": "No lemons", "kind": "words", "value": "lemon", "action": "hold"}


def faults(answer) -> list[tuple[str, str]]:
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def decide(client, case: Case, verb: str = "approve", **body):
    return client.post(f"{CASES}{case.id}/{verb}/", body, format="json")


def every_request(client) -> list:
    case, rule = held(), no_oranges()
    addresses = [CASES, f"{CASES}{case.id}/", RULES, f"{RULES}{rule.id}/"]
    return [
        *(client.get(address) for address in addresses),
        decide(client, case, version=0),
        decide(client, case, "reject", version=0, reason="No"),
        client.post(RULES, RULE, format="json"),
        client.patch(addresses[-1], {"value": "lemon"}, format="json"),
        client.delete(addresses[-1]),
    ]


def test_anonymous_people_are_asked_who_they_are(anyone):
    answers = every_request(anyone)

    assert {answer.status_code for answer in answers} == {401}
    assert all(answer["WWW-Authenticate"].startswith("Bearer") for answer in answers)
    assert told() == []


def test_only_moderators_are_let_in(bob):
    answers = every_request(bob)

    assert {answer.status_code for answer in answers} == {403}
    assert {answer["Content-Type"] for answer in answers} == {"application/problem+json"}
    assert told() == []


def test_cases_are_listed_oldest_first_and_by_state(mona):
    waiting, for_a_person = opened(10), held(20)
    everything = mona.get(CASES).json()["results"]
    chosen = mona.get(CASES, {"state": "held"}).json()["results"]

    assert [case["id"] for case in everything] == [str(waiting.id), str(for_a_person.id)]
    assert [case["id"] for case in chosen] == [str(for_a_person.id)]
    assert mona.get(chosen[0]["url"]).json() == chosen[0]


def test_a_case_shows_the_text_and_the_reasons(mona):
    shown = mona.get(f"{CASES}{held().id}/").json()

    assert (shown["thing"], shown["author"], shown["body"]) == ("comment", "bob", "One orange")
    assert (shown["state"], shown["version"], shown["reasons"]) == ("held", 0, ["No oranges: hold: “orange”"])


def test_an_unknown_state_is_named(mona):
    assert faults(mona.get(CASES, {"state": "lost"})) == [("#/state", "invalid_choice")]


def test_a_moderator_approves(mona):
    answer = decide(mona, held(), version=0)

    assert (answer.status_code, answer.json()["state"], answer.json()["judged_by"]) == (
        200,
        "approved",
        "mona",
    )
    assert [(event.verdict, event.version) for event in told()] == [("approved", 1)]


def test_a_moderator_rejects_and_says_why(mona):
    answer = decide(mona, held(), "reject", version=0, reason="Rude")

    assert (answer.json()["state"], answer.json()["reasons"]) == ("rejected", ["Rude"])
    assert [(event.verdict, event.reasons) for event in told()] == [("rejected", ("Rude",))]


@pytest.mark.parametrize(
    ("verb", "body", "expected"),
    [
        ("approve", {}, [("#/version", "required")]),
        ("approve", {"version": -1}, [("#/version", "min_value")]),
        ("approve", {"version": "x"}, [("#/version", "invalid")]),
        ("approve", {"version": 0, "reason": 7}, [("#/reason", "invalid")]),
        ("reject", {"version": 0}, [("#/reason", "required")]),
        ("reject", {"version": 0, "reason": " "}, [("#/reason", "blank")]),
        ("reject", {"version": 0, "reason": "r" * 501}, [("#/reason", "max_length")]),
        ("reject", {}, [("#/version", "required"), ("#/reason", "required")]),
    ],
)
def test_a_decision_with_a_fault_is_refused(mona, verb, body, expected):
    assert faults(decide(mona, held(), verb, **body)) == expected
    assert told() == []


def test_a_decision_that_somebody_else_took_meanwhile_is_reported(mona):
    case = held()
    commands.decide_case(case_id=case.id, decision=decision(approved=False, by="max"))
    answer = decide(mona, case, version=0)

    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert "the case is rejected now" in answer.json()["detail"]
    assert len(told()) == 1


@pytest.mark.parametrize("end", [comment_deleted(), comment_updated(2, edition=2)])
def test_a_closed_case_is_a_conflict(mona, end):
    case = held()
    deliver(end)

    assert decide(mona, case, version=0).status_code == 409


def test_a_decision_about_ones_own_text_is_forbidden(mona):
    assert decide(mona, held(author="mona"), version=0).status_code == 403


@pytest.mark.parametrize("case_id", [uuid4(), "7", "not-a-uuid", "0" * 32, "%00"])
def test_a_case_or_rule_that_is_not_there_is_not_found(mona, case_id):
    answers = [
        mona.get(f"{CASES}{case_id}/"),
        mona.post(f"{CASES}{case_id}/approve/", {"version": 0}, format="json"),
        mona.post(f"{CASES}{case_id}/reject/", {"version": 0, "reason": "No"}, format="json"),
        mona.get(f"{RULES}{case_id}/"),
        mona.patch(f"{RULES}{case_id}/", {"name": "x"}, format="json"),
        mona.delete(f"{RULES}{case_id}/"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert {answer["Content-Type"] for answer in answers} == {"application/problem+json"}


def test_a_rule_is_made_read_changed_and_removed(mona):
    made = mona.post(RULES, RULE, format="json")
    assert made.status_code == 201
    assert (made.json()["scope"], made.json()["is_active"], made.json()["made_by"]) == (
        "everything",
        True,
        "mona",
    )
    assert mona.get(RULES).json()["results"] == [mona.get(made["Location"]).json()] == [made.json()]

    changed = mona.patch(made["Location"], {"is_active": False}, format="json").json()
    assert (changed["is_active"], changed["value"], changed["scope"]) == (False, "lemon", "everything")

    assert mona.delete(made["Location"]).status_code == 204
    assert mona.delete(made["Location"]).status_code == 404


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": ""}, ("#/name", "blank")),
        ({"name": "n" * 101}, ("#/name", "max_length")),
        ({"kind": "magic"}, ("#/kind", "invalid_choice")),
        ({"action": []}, ("#/action", "invalid_choice")),
        ({"scope": None}, ("#/scope", "null")),
        ({"is_active": "perhaps"}, ("#/is_active", "invalid")),
        ({"value": 5}, ("#/value", "invalid")),
        ({"value": " , "}, ("#/value", "invalid")),
        ({"kind": "links", "value": "many"}, ("#/value", "invalid")),
        ({"kind": "pattern", "value": "("}, ("#/value", "invalid")),
        ({"kind": "pattern", "value": "(a{1000}){1000}"}, ("#/value", "invalid")),
        ({"name": "No oranges: reject"}, ("#/name", "invalid")),
    ],
)
def test_a_rule_with_a_fault_is_refused_and_the_field_named(mona, fields, expected):
    no_oranges()
    other = mona.post(RULES, RULE, format="json")

    assert faults(mona.post(RULES, RULE | {"name": "Another"} | fields, format="json")) == [expected]
    assert faults(mona.patch(other["Location"], fields, format="json")) == [expected]
    assert mona.get(other["Location"]).json() == other.json()


def test_a_moderator_with_a_session_is_one_by_a_group(client, django_user_model):
    user = django_user_model.objects.create_user("max")
    client.force_login(user)
    assert client.get(CASES).status_code == 403

    user.groups.create(name="moderator")
    assert client.get(CASES).status_code == 200


@pytest.mark.parametrize("page", [CASES, RULES, f"{CASES}?state=held"])
def test_the_api_can_be_browsed(admin_client, page):
    held(body="<b>An orange</b>")
    no_oranges()
    answer = admin_client.get(page, headers={"accept": "text/html"})

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert b"<b>An orange" not in answer.content
    for row in admin_client.get(page).json()["results"]:
        assert admin_client.get(row["url"], headers={"accept": "text/html"}).status_code == 200


def test_rules_are_listed_page_by_page(mona):
    for number in range(5):
        mona.post(RULES, RULE | {"name": f"Rule {number}"}, format="json")
    names, address = [], f"{RULES}?page_size=2"
    while address:
        page = mona.get(address).json()
        names, address = names + [rule["name"] for rule in page["results"]], page["next"]

    assert names == [f"Rule {number}" for number in range(5)]


@pytest.mark.parametrize("position", ["p=%00", "p=%ff", "o=-1", "p=" + "x" * 1000])
def test_a_forged_position_among_the_rules_is_never_our_fault(mona, position):
    answer = mona.get(RULES, {"cursor": b64encode(position.encode()).decode()})

    assert answer.status_code in (200, 404)


def test_a_rule_is_changed_only_as_it_was_seen(mona):
    rule = mona.post(RULES, RULE, format="json")
    address, seen = rule["Location"], {"if-match": rule["ETag"]}

    assert mona.get(address, headers={"if-none-match": rule["ETag"]}).status_code == 304
    assert mona.patch(address, {"value": "lime"}, format="json", headers=seen)["ETag"] == '"2"'
    for answer in (
        mona.patch(address, {"value": "plum"}, format="json", headers=seen),
        mona.delete(address, headers=seen),
    ):
        assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
    assert mona.get(address).json()["value"] == "lime"


@pytest.mark.parametrize(
    "change", [lambda mona, case: decide(mona, case, version=0), lambda *_: deliver(comment_deleted())]
)
def test_a_case_that_is_decided_or_closed_has_another_tag(mona, change):
    case = held()
    address = f"{CASES}{case.id}/"
    known = {"if-none-match": mona.get(address)["ETag"]}
    assert mona.get(address, headers=known).status_code == 304

    change(mona, case)
    changed = mona.get(address, headers=known)
    assert changed.json()["state"] in ("approved", "closed")
    assert mona.get(address, headers={"if-none-match": changed["ETag"]}).status_code == 304


def test_a_decision_sent_again_under_its_key_is_taken_once(mona):
    case, headers = held(), {"idempotency-key": "a-key"}
    answers = [
        mona.post(f"{CASES}{case.id}/approve/", {"version": 0}, format="json", headers=headers)
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert len(told()) == 1


def test_a_rule_sent_again_under_its_key_is_made_once(mona):
    headers = {"idempotency-key": "a-key"}
    answers = [mona.post(RULES, RULE, format="json", headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert len(mona.get(RULES).json()["results"]) == 1
