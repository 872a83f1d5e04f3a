"""Everything that was ever told, and what a consumer that missed nothing must hold of it."""

from typing import Any
from uuid import UUID

from shared_events.models import ParkedEvent
from shared_events.testing import sealed
from shared_events.tests.events import comment_created, comment_deleted, comment_judged, comment_updated
from shared_events.tests.example.models import Answer, CommentReplica
from shared_events.worker.delivery import Delivery

POISON = (b"", b"{", b"[]", b"\xff", b'{"specversion":"1.0"}')


class History:
    """The owners' side: whole states with growing versions, verdicts, and the poison of strangers."""

    def __init__(self) -> None:
        self.told: list[Delivery] = []
        self.rows: dict[UUID, dict[str, Any]] = {}
        self.verdicts: set[UUID] = set()
        self.unbearable: set[bytes] = set()

    def change(self, number: int, *, deleted: bool) -> Delivery:
        """The next version of a comment."""
        key = UUID(int=number)
        version = self.rows.get(key, {"version": 0})["version"] + 1
        body = "" if deleted else f"text {version}"
        self.rows[key] = {"version": version, "body": body, "is_deleted": deleted}
        if deleted:
            return self._tell(sealed(comment_deleted(key, version=version)))
        event = comment_created if version == 1 else comment_updated
        return self._tell(sealed(event(key, version=version, body=body)))

    def judge(self) -> Delivery:
        case = UUID(int=1000 + len(self.verdicts))
        self.verdicts.add(case)
        return self._tell(sealed(comment_judged(case)))

    def poison(self, number: int) -> Delivery:
        """A message that nobody can read, or a verdict that its handler cannot bear."""
        if number < len(POISON):
            message = Delivery(body=POISON[number])
        else:
            message = sealed(comment_judged(UUID(int=2000 + len(self.told)), judged_by="nobody"))
        self.unbearable.add(message.body)
        return self._tell(message)

    def check(self) -> None:
        """Compare what the consumer holds, row for row."""
        columns = ("version", "body", "is_deleted")
        held = {row.pop("id"): row for row in CommentReplica.objects.values("id", *columns)}
        assert held == self.rows
        assert sorted(Answer.objects.values_list("case_id", flat=True)) == sorted(self.verdicts)
        assert sorted(bytes(one.body) for one in ParkedEvent.objects.all()) == sorted(self.unbearable)

    def _tell(self, message: Delivery) -> Delivery:
        self.told.append(message)
        return message
