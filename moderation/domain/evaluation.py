"""How well rules tell spam from ordinary comments, measured on labelled ones."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from moderation.domain.rules import Judgement, RuleSpec, Verdict, judge

LABELS = ("spam", "ham")


class Unusable(ValueError):
    """A file that holds no labelled comments, with the reason."""


@dataclass(frozen=True, slots=True)
class Labelled:
    text: str
    is_spam: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """A labelled comment, and what the rules made of it; held or rejected, it is caught."""

    comment: Labelled
    judgement: Judgement

    @property
    def is_caught(self) -> bool:
        return self.judgement.verdict is not Verdict.APPROVED


@dataclass(frozen=True, slots=True)
class Evaluation:
    tried: tuple[Tried, ...]

    def count(self, *, is_spam: bool, is_caught: bool) -> int:
        return sum(one.comment.is_spam is is_spam and one.is_caught is is_caught for one in self.tried)

    @property
    def precision(self) -> float | None:
        """The share of spam in what was caught; none if nothing was."""
        spam, ham = (self.count(is_spam=is_spam, is_caught=True) for is_spam in (True, False))
        return spam / (spam + ham) if spam + ham else None

    @property
    def recall(self) -> float | None:
        """The share of the spam that was caught; none if there was no spam."""
        caught, missed = (self.count(is_spam=True, is_caught=is_caught) for is_caught in (True, False))
        return caught / (caught + missed) if caught + missed else None

    @property
    def misjudged(self) -> list[Tried]:
        return [one for one in self.tried if one.comment.is_spam is not one.is_caught]


def evaluate(comments: Iterable[Labelled], rules: Iterable[RuleSpec]) -> Evaluation:
    rules = list(rules)
    return Evaluation(tuple(Tried(comment, judge(comment.text, rules)) for comment in comments))


def read_labelled(lines: Iterable[str]) -> Iterator[Labelled]:
    """Read comments from CSV with the columns label (spam or ham) and text; raises Unusable."""
    rows = csv.DictReader(lines)
    try:
        if not rows.fieldnames:
            raise Unusable("it is empty")
        if missing := {"label", "text"} - set(rows.fieldnames):
            raise Unusable(f"the first line names no column {' and no column '.join(sorted(missing))}")
        for row in rows:
            yield _labelled(row, line=rows.line_num)
    except csv.Error as error:
        raise Unusable(f"after line {rows.line_num}: {error}") from error


def _labelled(row: dict[str, str | None], *, line: int) -> Labelled:
    label = (row["label"] or "").strip().lower()
    if label not in LABELS or row["text"] is None:
        raise Unusable(f"line {line}: expected spam or ham, and a text")
    return Labelled(text=row["text"], is_spam=label == "spam")
