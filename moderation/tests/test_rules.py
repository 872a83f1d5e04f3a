import pytest

from moderation.domain.checks import InvalidRule
from moderation.domain.rules import Action, Kind, RuleSpec, Scope, Verdict, judge


def rule(kind: Kind, value: str, action: Action = Action.REJECT, **more) -> RuleSpec:
    return RuleSpec(name="A rule", kind=kind, value=value, action=action, **more)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("An orange", True),
        ("ORANGE", True),
        ("orange.", True),
        ("(orange)", True),
        ("_orange_", True),
        ("an\norange\nday", True),
        ("oran\u200bge", True),
        ("o\u00adrange", True),
        ("\ufeffora\u2060nge", True),
        ("oran\ufe0fge", True),
        ("\uff4f\uff52\uff41\uff4e\uff47\uff45", True),
        ("orangery", False),
        ("blood-oranges", False),
        ("arrange", False),
        ("orange1", False),
        ("o range", False),
        ("", False),
    ],
)
def test_a_word_is_found_however_it_is_dressed_up_and_only_as_a_whole(text, is_found):
    verdict = judge(text, [rule(Kind.WORDS, "Orange")]).verdict

    assert verdict == (Verdict.REJECTED if is_found else Verdict.APPROVED)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("lemon, orange", "an orange"),
        ("lemon\norange", "an orange"),
        ("orange juice", "Orange \n  juice"),
        ("STRASSE", "Straße"),
        ("Straße", "strasse"),
        ("caf\u00e9", "cafe\u0301"),
        ("c++", "I know C++."),
        ("\N{GREEK SMALL LETTER FINAL SIGMA}", "\N{GREEK CAPITAL LETTER SIGMA}"),
        ("or\u200bange", "orange"),
    ],
)
def test_words_are_compared_without_case_spacing_and_ways_to_write_a_letter(words, text):
    assert judge(text, [rule(Kind.WORDS, words)]).verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    ("kind", "value", "text", "is_found"),
    [
        (Kind.PATTERN, r"or[ao]nge\b", "ORONGE!", True),
        (Kind.PATTERN, r"^orange$", "an orange", False),
        (Kind.PATTERN, r"orange", "or\u200bange", True),
        (Kind.PATTERN, r"(?-i:SHOUT)", "shout", False),
        (Kind.LINKS, "1", "https://a.example", False),
        (Kind.LINKS, "1", "https://a.example and www.b.example", True),
        (Kind.LINKS, "0", "see HTTPS://a.example", True),
        (Kind.LINKS, "0", "buy at watches.shop today", True),
        (Kind.LINKS, "0", '<a href="http://a.example">here</a>', True),
        (Kind.LINKS, "0", "e.g. this, i.e. nothing. Or?", False),
        (Kind.LENGTH, "5", "12345", False),
        (Kind.LENGTH, "5", "123456", True),
        (Kind.LENGTH, "1", "\N{ORANGE HEART}", False),
    ],
)
def test_what_a_rule_objects_to(kind, value, text, is_found):
    verdict = judge(text, [rule(kind, value)]).verdict

    assert verdict == (Verdict.REJECTED if is_found else Verdict.APPROVED)


def test_rejecting_outweighs_holding_and_holding_outweighs_nothing():
    rejects, holds = rule(Kind.WORDS, "orange"), rule(Kind.WORDS, "lemon", Action.HOLD)

    assert judge("pear", [holds, rejects]).verdict is Verdict.APPROVED
    assert judge("lemon", [holds, rejects]).verdict is Verdict.HELD
    assert judge("lemon and orange", [holds, rejects]).verdict is Verdict.REJECTED
    assert judge("anything", []).verdict is Verdict.APPROVED


def test_every_objection_is_given_as_a_reason_with_what_was_found():
    rules = [rule(Kind.WORDS, "orange"), rule(Kind.LENGTH, "3"), rule(Kind.WORDS, "pear")]

    assert judge("an ORANGE", rules).reasons == ("A rule: “orange”", "A rule: 9 characters")


def test_a_long_find_is_quoted_in_part():
    (reason,) = judge("x" * 500, [rule(Kind.PATTERN, "x+")]).reasons

    assert reason == f"A rule: “{'x' * 60}…”"


def test_a_rule_concerns_what_it_is_for():
    assert rule(Kind.WORDS, "orange").concerns(Scope.POSTS)
    assert rule(Kind.WORDS, "orange", scope=Scope.POSTS).concerns(Scope.POSTS)
    assert not rule(Kind.WORDS, "orange", scope=Scope.COMMENTS).concerns(Scope.POSTS)


ENDLESS = rule(Kind.PATTERN, r"(a|aa)+$")
TRAP = "a" * 5_000 + "!"


def test_a_pattern_that_runs_out_of_time_holds_the_text_for_a_person():
    judgement = judge(TRAP, [ENDLESS])

    assert (judgement.verdict, judgement.reasons) == (Verdict.HELD, ("A rule: timeout",))


def test_a_pattern_that_runs_out_of_time_does_not_silence_the_others():
    assert judge(TRAP + " orange", [ENDLESS, rule(Kind.WORDS, "orange")]).verdict is Verdict.REJECTED


def test_a_hundred_endless_patterns_share_the_time_of_one_text():
    plain = rule(Kind.PATTERN, "orange")
    reasons = judge(f"orange {TRAP}", [ENDLESS] * 100 + [plain]).reasons

    assert reasons == ("A rule: timeout",) * 101


@pytest.mark.parametrize("pattern", ["(", "[", "a**", "(?P<x>a", r"\p{Nope}", "(?V0)a", "[[" * 200])
def test_a_pattern_that_is_none_is_refused(pattern):
    with pytest.raises(InvalidRule, match="no regular expression"):
        rule(Kind.PATTERN, pattern)


@pytest.mark.parametrize("pattern", ["", "a*", "spam|", "(?=a)?", r"\b|"])
def test_a_pattern_that_would_find_nothing_everywhere_is_refused(pattern):
    with pytest.raises(InvalidRule, match="empty text"):
        rule(Kind.PATTERN, pattern)


@pytest.mark.parametrize(
    "pattern", ["a{100000000}", "((a{1000}){1000}){1000}", "(x{999}){999,}", "(?x)a{1 000 000}", "a" * 2_001]
)
def test_a_pattern_too_large_to_compile_is_refused(pattern):
    with pytest.raises(InvalidRule):
        rule(Kind.PATTERN, pattern)


@pytest.mark.parametrize("pattern", [r"\d{4}-\d{2}-\d{2}", r"(\d{4} ){3}\d{4}", r"(?P<max>x)", r".{0,9999}x"])
def test_an_ordinary_pattern_may_repeat(pattern):
    rule(Kind.PATTERN, pattern)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(
            (kind, value)
            for kind in (Kind.LINKS, Kind.LENGTH)
            for value in ("", "-1", "x", "1.5", "²", "9" * 10)
        ),
        *((Kind.WORDS, value) for value in ("", " , \n", "\u200b")),
    ],
)
def test_a_value_that_its_kind_cannot_use_is_refused(kind, value):
    with pytest.raises(InvalidRule):
        rule(kind, value)
