import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from moderation import commands
from moderation.models import Case, Rule
from moderation.tests.events import decision, held, no_oranges, opened, post_created
from shared_events.testing import deliver, told

pytestmark = pytest.mark.django_db

ADMIN = "/moderation/admin/moderation/"
CASES, RULES = f"{ADMIN}case/", f"{ADMIN}rule/"


def page_of(case: Case) -> str:
    return f"{CASES}{case.id}/change/"


def press(client, case: Case, button: str, *, version: int = 0, **more) -> str:
    answer = client.post(page_of(case), {"version": version, button: "x"} | more, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def choose(client, action: str, *cases: Case, where: str = CASES, **more) -> str:
    chosen = {"action": action, "_selected_action": [str(case.id) for case in cases]} | more
    return client.post(where, chosen, follow=True).content.decode()


def verdicts() -> list[tuple[str, str]]:
    return [(event.verdict, event.judged_by) for event in told()]


def test_the_list_shows_what_waits_for_a_person_oldest_first(admin_client):
    first, second = held(10, body="One orange"), held(20, body="Another orange")
    opened(30, body="Not yet judged")
    page = admin_client.get(CASES).content.decode()

    assert "Not yet judged" not in page
    assert page.index(str(first.id)) < page.index(str(second.id))
    assert "Not yet judged" in admin_client.get(CASES, {"state": "all"}).content.decode()
    assert "Not yet judged" in admin_client.get(CASES, {"state": "waiting"}).content.decode()


def test_s92_a_page_shows_the_text_escaped_and_the_reasons(admin_client):
    page = admin_client.get(page_of(held(body="<b>orange</b>"))).content.decode()

    assert "<b>orange" not in page
    assert "No oranges: hold: “orange”" in page


def test_the_buttons_decide_and_lead_to_the_next_case(admin_client):
    first, second = held(10), held(20, body="The second orange")
    page = press(admin_client, first, "approve")
    assert "The second orange" in page

    press(admin_client, second, "reject", reason="Rude")
    assert verdicts() == [("approved", "admin"), ("rejected", "admin")]
    assert told()[1].reasons == ("Rude",)
    assert "Rejected. Rude" in LogEntry.objects.latest("id").get_change_message()


def test_the_page_sends_the_version_that_it_showed(admin_client):
    case = opened()
    commands.judge_waiting_cases()
    page = admin_client.get(page_of(case)).content.decode()

    assert re.search(r'name="version" value="1"', page)


@pytest.mark.parametrize(
    ("button", "more", "explanation"),
    [
        ("reject", {"reason": " "}, "a rejection needs a reason"),
        ("neither", {}, "use one of the buttons"),
        ("approve", {"version": "x"}, "use one of the buttons"),
        ("approve", {"version": "7"}, "Somebody else decided meanwhile"),
    ],
)
def test_a_refused_decision_is_explained(admin_client, button, more, explanation):
    assert explanation in press(admin_client, held(), button, **more)
    assert verdicts() == []


def test_the_actions_of_the_list_decide_many(admin_client):
    cases = [held(number) for number in (10, 20, 30)]
    assert "Done for 2 of 2." in choose(admin_client, "approve", *cases[:2])
    assert "Done for 1 of 1." in choose(admin_client, "reject", cases[2], reason="Rude")

    assert verdicts() == [("approved", "admin"), ("approved", "admin"), ("rejected", "admin")]


def test_the_action_that_rejects_needs_a_reason_as_well(admin_client):
    assert "a rejection needs a reason" in choose(admin_client, "reject", held())
    assert verdicts() == []


def test_an_action_reports_what_somebody_else_decided_meanwhile(admin_client):
    case, other = held(10), held(20)
    commands.decide_case(case_id=case.id, decision=decision(approved=False, by="max"))

    assert "1 were decided by somebody else meanwhile." in choose(admin_client, "approve", case, other)
    everywhere = choose(admin_client, "approve", case, where=f"{CASES}?state=all")
    assert "max has rejected it" in everywhere
    assert verdicts() == [("rejected", "max"), ("approved", "admin")]


def test_cases_are_neither_made_nor_deleted_by_hand(admin_client):
    case = held()

    assert admin_client.get(f"{CASES}add/").status_code == 403
    assert admin_client.post(f"{CASES}{case.id}/delete/", {"post": "yes"}).status_code == 403


def test_staff_without_the_permission_decide_nothing(client, django_user_model):
    case = held()
    sam = django_user_model.objects.create_user("sam", is_staff=True)
    sam.user_permissions.add(Permission.objects.get(codename="view_case"))
    client.force_login(sam)

    assert 'name="approve"' not in client.get(page_of(case)).content.decode()
    assert client.post(page_of(case), {"version": 0, "approve": "x"}).status_code == 403
    choose(client, "approve", case)
    assert verdicts() == []


def test_rules_are_made_changed_and_removed(admin_client):
    rule = {"name": "No lemons", "kind": "words", "value": "lemon", "action": "hold", "scope": "posts"}
    admin_client.post(f"{RULES}add/", rule | {"is_active": "on"})
    made = Rule.objects.get()
    assert (made.name, made.scope, made.is_active, made.made_by) == ("No lemons", "posts", True, "admin")

    admin_client.post(f"{RULES}{made.id}/change/", rule | {"value": "lime"})
    made.refresh_from_db()
    assert (made.value, made.is_active) == ("lime", False)

    admin_client.post(RULES, {"action": "delete_selected", "_selected_action": [str(made.id)], "post": "yes"})
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value"), [("pattern", "("), ("links", "many"), ("words", ","), ("words", "")]
)
def test_a_rule_that_makes_no_sense_is_shown_again_with_its_fault(admin_client, kind, value):
    rule = {"name": "Odd", "kind": kind, "value": value, "action": "hold", "scope": "posts"}
    answer = admin_client.post(f"{RULES}add/", rule)

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not Rule.objects.exists()


def test_every_page_of_rules_and_replicas_can_be_seen(admin_client):
    rule = no_oranges()
    case = opened()
    deliver(post_created(title="<b>A post</b>"))
    for address in (
        *(
            RULES,
            f"{RULES}add/",
            f"{RULES}{rule.id}/change/",
            f"{CASES}{case.id}/history/",
            "/moderation/admin/",
        ),
        *(
            f"{ADMIN}postreplica/",
            f"{ADMIN}commentreplica/",
            f"{ADMIN}commentreplica/{case.thing_id}/change/",
        ),
    ):
        answer = admin_client.get(address)
        assert answer.status_code == 200
        assert b"<b>A post" not in answer.content


def test_replicas_are_changed_by_nobody(admin_client):
    case = opened()
    address = f"{ADMIN}commentreplica/{case.thing_id}/"

    assert admin_client.post(f"{address}change/", {"body": "x"}).status_code == 403
    assert admin_client.post(f"{address}delete/", {"post": "yes"}).status_code == 403
