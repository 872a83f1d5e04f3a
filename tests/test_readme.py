"""Every command of the README and of docs/ is run: here, or in the test that is named."""

import re
import shlex

import pytest

from deploy.local.state import REPOSITORY

README = (REPOSITORY / "README.md").read_text()
# deploy.md has tests of its own.
DOCS = ("run.md", "operate.md", "add-an-event.md", "change-an-event.md", "what-happens-when.md")
PAGES = [README, *((REPOSITORY / "docs" / name).read_text() for name in DOCS)]
COMMAND = re.compile(r"^(?:   )?(python3 manage\.py .*|docker .*)$", re.MULTILINE)
COMMANDS = list(dict.fromkeys(command for page in PAGES for command in COMMAND.findall(page)))
FIXTURES = {
    "wordpress-export.xml": "chassis/tests/wordpress/garden.xml",
    "labelled-comments.csv": "moderation/tests/labelled/comments.csv",
}
RUN_ELSEWHERE = {
    "python3 manage.py up": "deploy/local/tests/test_up.py",
    "python3 manage.py doctor": "deploy/local/tests/test_up.py",
    "python3 manage.py test": ".ci/run",
    "python3 manage.py posts schemas --released": "shared_events/tests/test_compatibility.py",
    "docker compose up --wait": "tests/compose/stack.py",
    "docker compose up --wait --scale query=3 --scale query-worker=2": "tests/test_compose.py",
    "docker compose run --rm load --rate 20 --seconds 60": "tests/compose/load.py",
}
WORDS = {
    "python3 manage.py up": '"up"',
    "python3 manage.py doctor": '"doctor"',
    "python3 manage.py posts schemas --released": '"schemas", "--released"',
    "docker compose up --wait": '"--wait"',
    "docker compose up --wait --scale query=3 --scale query-worker=2": "query-worker=2",
    "docker compose run --rm load --rate 20 --seconds 60": '"load", "--rate"',
}


@pytest.mark.parametrize("assembly", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", [one for one in COMMANDS if one not in RUN_ELSEWHERE])
def test_the_readme_is_right_about(command, assembly):
    _, _, service, *arguments = shlex.split(command)

    assembly.manage(service, *(FIXTURES.get(one, one) for one in arguments))


@pytest.mark.parametrize("command", RUN_ELSEWHERE)
def test_what_is_run_elsewhere_is_in_the_readme_and_is_run_there(command):
    text = (REPOSITORY / RUN_ELSEWHERE[command]).read_text()

    assert command in COMMANDS
    assert WORDS.get(command, command) in text


def test_the_readme_gives_the_promise_word_for_word():
    promise = " ".join(line.removeprefix("> ") for line in README.splitlines() if line.startswith(">"))

    assert promise.startswith(
        "A write answered 2xx is durable in its service's database together with its event."
    )
    assert "each replica ends equal to its source, row for row" in promise
    assert "parked with its reason and blocks nothing behind it" in promise
