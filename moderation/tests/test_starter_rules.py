from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from moderation import commands, queries
from moderation.domain.evaluation import evaluate, read_labelled
from moderation.domain.rules import Kind, Verdict, judge
from moderation.domain.starter_rules import DEMO_RULES, SPAM_RULES
from moderation.models import Rule

COMMENTS = Path(__file__).parent / "labelled" / "comments.csv"
# What makes patterns try everything: starts of what they look for, over and over.
PROVOCATIONS = [
    "[",
    ">",
    "my ",
    "check out my ",
    "please my ",
    "i make ",
    "http://",
    "http://a ",
    "https://a/?b=;",
]
PROVOCATIONS += ["a.", "www.", "- ", "search x ", "i i i 1 ", "to ", "can check ", "\u200b", "é"]


def test_the_starter_rules_tell_spam_from_ordinary_comments():
    with COMMENTS.open(encoding="utf-8", newline="") as lines:
        outcome = evaluate(read_labelled(lines), SPAM_RULES)

    assert [one.comment.text for one in outcome.misjudged] == []
    assert len(outcome.tried) > 60


@pytest.mark.parametrize(
    "rule", [rule for rule in SPAM_RULES if rule.kind is not Kind.LENGTH], ids=lambda r: r.name
)
def test_every_starter_rule_catches_something_and_nothing_ordinary(rule):
    with COMMENTS.open(encoding="utf-8", newline="") as lines:
        outcome = evaluate(read_labelled(lines), [rule])

    assert outcome.precision == 1.0


@pytest.mark.parametrize("provocation", PROVOCATIONS)
def test_no_starter_rule_can_be_made_to_run_out_of_time(provocation):
    judgement = judge((provocation * 5_000)[:5_000], SPAM_RULES)

    assert [reason for reason in judgement.reasons if "timeout" in reason] == []


def test_the_demo_words_are_rejected_or_held():
    assert judge("Buy orange paint now.", DEMO_RULES).verdict is Verdict.REJECTED
    assert judge("Half a grapefruit", DEMO_RULES).verdict is Verdict.HELD
    assert judge("What a lovely walk.", (*DEMO_RULES, *SPAM_RULES)).verdict is Verdict.APPROVED


@pytest.mark.django_db
def test_a_second_run_of_the_demo_changes_nothing_and_undoes_no_change(capsys):
    call_command("starter_rules")
    call_command("demo")
    rule = Rule.objects.get(name=DEMO_RULES[0].name)
    commands.change_rule(rule_id=rule.id, by="mona", value="lemon")
    call_command("demo")
    call_command("starter_rules")

    spam, every = len(SPAM_RULES), len(SPAM_RULES) + len(DEMO_RULES)
    assert capsys.readouterr().out.splitlines() == [
        f"starter rules: {spam} made, 0 were there already",
        f"demo: {every - spam} rules made, {spam} were there already",
        f"demo: 0 rules made, {every} were there already",
        f"starter rules: 0 made, {spam} were there already",
    ]
    rule.refresh_from_db()
    assert rule.value == "lemon"


@pytest.mark.django_db
def test_the_rules_are_kept_as_they_are_shipped():
    call_command("demo")

    assert sorted(queries.active_rules(), key=str) == sorted((*DEMO_RULES, *SPAM_RULES), key=str)


@pytest.fixture
def labelled(db, tmp_path):
    """Write a file of labelled comments, for rules that object to oranges."""
    call_command("demo", stdout=StringIO())
    path = tmp_path / "comments.csv"

    def write(content: str | bytes) -> Path:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_an_evaluation_counts_and_shows_what_was_misjudged(labelled, capsys):
    path = labelled("label,text\nspam,an orange\nspam,hello\nham,orange juice\nHAM,hi\nham,well\n")
    call_command("evaluate", path, "--show")

    printed = capsys.readouterr().out
    assert "5 comments" in printed
    rows = [line.split() for line in printed.splitlines()]
    assert ["spam", "1", "1"] in rows
    assert ["ham", "1", "2"] in rows
    assert [row[:2] for row in rows if row and row[0] in ("precision", "recall")] == [
        ["precision", "0.50"],
        ["recall", "0.50"],
    ]
    assert "spam approved: 'hello'" in printed
    assert "ham rejected: 'orange juice' Demo: rejected words: “orange”" in printed


def test_an_evaluation_reads_what_is_not_quite_utf_8(labelled, capsys):
    call_command("evaluate", labelled(b"\xef\xbb\xbflabel,text\nspam,caf\xe9 orange\n"))

    assert "1 comments" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "it is empty"),
        ("label,text\n", "holds no comments"),
        ("label,comment\nspam,x\n", "names no column text"),
        ("\x7fELF\x00\x01", "names no column label and no column text"),
        ("label,text\nperhaps,x\n", "line 2: expected spam or ham"),
        ("label,text\nspam,x\nham\n", "line 3: expected spam or ham, and a text"),
        ("label,text\nspam," + "x" * 200_000, "after line 1: field larger"),
    ],
)
def test_a_file_that_holds_no_labelled_comments_is_refused(labelled, content, complaint):
    with pytest.raises(CommandError, match=complaint):
        call_command("evaluate", labelled(content))


def test_a_file_that_is_not_there_is_refused(labelled, tmp_path):
    for path in (tmp_path / "nothing.csv", tmp_path):
        with pytest.raises(CommandError, match="cannot be evaluated"):
            call_command("evaluate", path)


@pytest.mark.django_db
def test_an_evaluation_without_rules_says_where_they_come_from():
    with pytest.raises(CommandError, match="starter_rules"):
        call_command("evaluate", COMMENTS)
