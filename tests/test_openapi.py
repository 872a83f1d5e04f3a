"""The committed descriptions of the APIs: what they promise is all that the services answer.

Schemathesis makes requests of them, good and bad, always the same, and as few as the suite has time for.
For more: `TIDINGS_TEST_EXAMPLES=500 python3 manage.py test system -- -k openapi`
"""

import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from urllib.request import urlopen
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from deploy.local import tokens
from deploy.local.environment import SERVICES
from tests.assembly import until

EXAMPLES = int(os.environ.get("TIDINGS_TEST_EXAMPLES", "25"))
CHECKS = (
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
)
AUTHORS = {"comments": "carl"}
MAKES_WAIT = re.compile(r"[0-9a-f-]{36}@\d*[1-9]\d*", re.IGNORECASE)
SHELL_BLOCK = re.compile(r"```sh\n(curl.*?)\n```", re.DOTALL)

pytestmark = pytest.mark.parametrize("assembly", ["mixed"], indirect=True, scope="session")


@pytest.fixture(autouse=True)
def rules_as_before(assembly) -> Iterator[None]:
    """Forgets the rules that a test made: they would judge what other tests write."""
    before = set(rules(assembly))
    yield
    for rule in set(rules(assembly)) - before:
        assembly.write("DELETE", "moderation", f"rules/{rule}/", "ann", roles=["moderator"])


def rules(assembly) -> list[str]:
    found, page = [], "rules/?page_size=100"
    while page:
        answer = ask(assembly, "GET", "moderation", page)
        found += [rule["id"] for rule in answer["results"]]
        page = answer["next"] and answer["next"].partition("/api/v1/")[2]
    return found


def new_things(assembly) -> dict[str, str]:
    """Ids to ask for: a post, a comment that a person is to judge, its case, and a rule."""
    grapefruit = {"name": f"Rule {uuid4()}", "kind": "words", "value": "grapefruit", "action": "hold"}
    rule = ask(assembly, "POST", "moderation", "rules/", grapefruit)["id"]
    post = ask(assembly, "POST", "posts", "posts/", {"title": "Title", "body": "Body"})["id"]
    comment = until(lambda: assembly.comment(post, "One grapefruit", "carl")[1].get("id"))
    case = until(lambda: held_case(assembly, comment))
    until(lambda: is_in_query(assembly, post))
    return {"post_id": post, "comment_id": comment, "case_id": case, "rule_id": rule}


def held_case(assembly, comment: str) -> str | None:
    cases = ask(assembly, "GET", "moderation", "cases/?state=held&page_size=100")["results"]
    return next((case["id"] for case in cases if case["thing_id"] == comment), None)


def is_in_query(assembly, post: str) -> bool:
    with urlopen(f"{assembly.system.urls['query']}/query/api/v1/posts/") as answer:
        return post in answer.read().decode()


def ask(assembly, method, service, path, body=None):
    status, answer = assembly.write(method, service, path, "ann", body, roles=["moderator"])
    assert status in (200, 201), answer
    return answer


def operations(assembly, service: str) -> Iterator:
    """Every operation that a service describes, of things that are there before it deletes them."""
    url = f"{assembly.system.urls[service]}/{service}/api/schema/"
    found = [result.ok() for result in schemathesis.openapi.from_url(url).get_all_operations()]
    return sorted(found, key=lambda operation: operation.method.upper() == "DELETE")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_s71_every_answer_is_one_that_is_described(assembly, service, mode):
    things = new_things(assembly)
    token = tokens.mint(assembly.state, AUTHORS.get(service, "ann"), roles=["moderator"])
    for operation in operations(assembly, service):
        statuses = probe(operation, mode, things, {"Authorization": f"Bearer {token}"})
        print(f"{operation.method} {operation.path} {mode}: {dict(sorted(statuses.items()))}")
        # A decision has to name the version of the case, which nobody guesses.
        if mode is GenerationMode.POSITIVE and not operation.path.endswith(("/approve/", "/reject/")):
            assert min(statuses) < 300, operation.label


def probe(operation, mode: GenerationMode, things: dict[str, str], headers: dict[str, str]) -> Counter[int]:
    """Send what schemathesis makes of an operation; returns how often each status was answered."""
    statuses = Counter[int]()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case) -> None:
        made = statuses.total()
        if made % 3:  # otherwise nearly all would be answered 404
            case.path_parameters = {name: things[name] for name in case.path_parameters or {}}
        drop_what_makes_it_wait(case)
        who = headers if made % 5 else {}
        statuses[case.call_and_validate(headers=who, checks=CHECKS, timeout=20).status_code] += 1

    send()
    return statuses


def drop_what_makes_it_wait(case) -> None:
    if MAKES_WAIT.fullmatch(str((case.headers or {}).get("Tidings-After", ""))):
        del case.headers["Tidings-After"]


@pytest.mark.parametrize("service", SERVICES)
def test_the_examples_work_as_pasted(assembly, service):
    url = assembly.system.urls[service]
    token = tokens.mint(assembly.state, AUTHORS.get(service, "ann"), roles=["moderator"])
    environment = {**os.environ, "TIDINGS": url, "TOKEN": token, **as_variables(new_things(assembly))}

    for operation in operations(assembly, service):
        if operation.path.endswith("/reject/"):  # the case was approved by the example before
            environment |= as_variables(new_things(assembly))
        block = SHELL_BLOCK.search(operation.definition.raw["description"])
        done = subprocess.run(["bash", "-ec", block[1]], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{block[1]}\n{done.stderr}"


def as_variables(things: dict[str, str]) -> dict[str, str]:
    return {name.upper(): thing for name, thing in things.items()}
