from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from query.models import PostDocument
from query.queries.documents import NoSuchPost
from query.queries.pages import Page, Position, Select, as_id, as_moment, id_value, read_page

COLUMNS = ("c.written_at", "c.id", "c.author", "c.body")
COMMENTS = "query_commentreplica c"
# Written out, not given as a value: so the database knows that the index of approved comments will do.
APPROVED = "c.status = 'approved'"


class Comment(NamedTuple):
    """An approved comment."""

    id: UUID
    author: str
    body: str
    written_at: datetime


def comments_of(post_id: UUID, *, size: int, beyond: Position | None = None) -> Page[Comment]:
    """A page of the approved comments of a published post; raises NoSuchPost."""
    if not PostDocument.objects.filter(pk=post_id, is_shown=True).exists():
        raise NoSuchPost
    select = Select(COLUMNS, COMMENTS, ["c.post_id = %s", APPROVED], [id_value(post_id)])
    return read_page(select, _comment, beyond=beyond, size=size)


def _comment(moment: Any, key: Any, author: str, body: str) -> Comment:
    return Comment(as_id(key), author, body, as_moment(moment))
