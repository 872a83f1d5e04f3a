"""What the doctor found out about one thing."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of the doctor's: a thing, whether it is well, and the command that mends it."""

    thing: str
    well: bool
    text: str
    mend: str = ""

    def __str__(self) -> str:
        line = f" {'ok  ' if self.well else 'FAIL'}  {self.thing:<24} {self.text}"
        return line if self.well or not self.mend else f"{line}\n       mend: {self.mend}"

    def as_json(self) -> dict[str, object]:
        return asdict(self)
