"""docs/what-happens-when.md: each fault has a figure or says that it has none, and tests that exist."""

import ast
import re
import subprocess
import sys

import pytest

from deploy.local.state import REPOSITORY
from tests.outage.faults import FAULTS

PAGE = (REPOSITORY / "docs" / "what-happens-when.md").read_text()
MEASURED = "Measured"
SECTIONS = {text.partition("\n")[0]: text for text in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]}
PARAGRAPHS = [title for title in SECTIONS if title != MEASURED]
PATH = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")
FIGURE = re.compile(r"\*\*[\d.,]+ (?:ms|s|minutes)\*\*")
NO_FIGURE = re.compile(r"[Nn]o figure")


def functions_in(path):
    tree = ast.parse((REPOSITORY / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("title", PARAGRAPHS)
def test_a_fault_has_a_figure_or_says_that_there_is_none(title):
    words = " ".join(SECTIONS[title].split())

    assert bool(FIGURE.search(words)) != bool(NO_FIGURE.search(words))


@pytest.mark.parametrize("title", PARAGRAPHS)
def test_the_tests_that_prove_it_exist(title):
    found = PATH.findall(SECTIONS[title].partition("Proved by ")[2])

    assert found
    for path, name in found:
        assert name in functions_in(path)


def test_every_path_on_the_page_exists():
    assert [path for path, _ in PATH.findall(PAGE) if not (REPOSITORY / path).is_file()] == []


def test_every_fault_that_can_be_measured_was():
    rows = re.findall(r"^\| ([^|]+) \|", SECTIONS[MEASURED], re.MULTILINE)

    assert set(FAULTS) <= set(rows)
    assert set(rows) - set(FAULTS) == {"fault"}


def test_what_measures_them_explains_itself():
    command = re.search(r"^\.venv/bin/python (-m tests\.outage\.measure)$", PAGE, re.MULTILINE)

    done = subprocess.run(
        [sys.executable, *command[1].split(), "--help"], cwd=REPOSITORY, capture_output=True, text=True
    )

    assert done.returncode == 0
    assert "--only" in done.stdout
