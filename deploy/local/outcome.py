"""What a step of the tests came to."""

import re
from dataclasses import dataclass, field

COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")
# pytest's last line, whose counts are followed by the time it took
SUMMARY = re.compile(r"^=*\s*(.*\d+ (?:passed|failed|errors?|skipped).*) in [\d.]+s")
NO_TESTS = 5  # pytest's exit code when it found none to run


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Counts of one or more steps, with the reason for each skip."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: list[str] = field(default_factory=list)

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            passed=self.passed + other.passed,
            failed=self.failed + other.failed,
            skipped=self.skipped + other.skipped,
            reasons=self.reasons + other.reasons,
        )

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def read(output: str, exit_code: int, *, may_be_empty: bool = False) -> Outcome:
    """The outcome of a step; one that failed without counting anything is one failure.

    ``may_be_empty`` is for a step of whose tests somebody chose some: it may be that none is among them.
    """
    if exit_code == NO_TESTS and may_be_empty:
        return Outcome()
    counts: dict[str, int] = {}
    for line in output.splitlines():
        if found := SUMMARY.match(line):
            counts = {word.rstrip("s"): int(number) for number, word in COUNT.findall(found[1])}
    failed = counts.get("failed", 0) + counts.get("error", 0)
    return Outcome(
        passed=counts.get("passed", 0) + counts.get("xfailed", 0),
        failed=failed or (1 if exit_code else 0),
        skipped=counts.get("skipped", 0),
        reasons=[line.strip() for line in output.splitlines() if line.startswith("SKIPPED [")],
    )
