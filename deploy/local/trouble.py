"""What a person is told when something cannot go on."""


class Trouble(Exception):
    """One line that says what is wrong and why, and the command that mends it."""

    def __init__(self, what: str, *, mend: str = "", log: str = "") -> None:
        super().__init__(what, mend, log)
        self.what, self.mend, self.log = what, mend, log

    def __str__(self) -> str:
        lines = [self.what]
        if self.log:
            lines += [f"    {line}" for line in self.log.rstrip().splitlines()[-25:]]
        if self.mend:
            lines.append(f"  mend: {self.mend}")
        return "\n".join(lines)
