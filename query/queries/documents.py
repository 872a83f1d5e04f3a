import re
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from query.queries.pages import Page, Position, Select, as_id, id_value, read_marks, read_page, surroundings

DOCUMENTS = "query_postdocument d"
# The same expression as that of the index.
WORDS = "to_tsvector('simple', left(p.title || ' ' || p.body, 100000))"

# A minus excludes the word behind it. PostgreSQL takes all searches, but not forty of them in a row.
STRAY_MINUS = re.compile(r'-(?![\w"])')


class NoSuchPost(Exception):
    """There is no such post, or none that anyone may see."""

    def __init__(self) -> None:
        super().__init__("There is no such post.")


class Document(NamedTuple):
    """A post as the JSON text that readers get; ``tag`` differs whenever the text does."""

    id: UUID
    tag: str
    text: str


def feed(
    *, size: int, author: str | None = None, q: str | None = None, beyond: Position | None = None
) -> Page[Document]:
    """A page of the published posts, of those of an author, of those that hold the words ``q``."""
    return read_page(_feed(author, q), _document, beyond=beyond, size=size)


def feed_marks(
    *, size: int, author: str | None = None, q: str | None = None, beyond: Position | None = None
) -> list[str]:
    """What differs whenever such a page does, for a fraction of its price."""
    return read_marks(_feed(author, q), beyond=beyond, size=size)


def marks_of(page: Page[Document]) -> list[str]:
    """The same of a page that is there."""
    around = surroundings(newer=page.newer is not None, older=page.older is not None)
    return [around, *(document.tag for document in page.rows)]


def _feed(author: str | None, q: str | None) -> Select:
    source, conditions, values = DOCUMENTS, ["d.is_shown"], []
    if author is not None:
        conditions.append("d.author = %s")
        values.append(author)
    if q is not None:
        source = f"{DOCUMENTS} JOIN query_postreplica p ON p.id = d.id AND p.status = 'published'"
        found, words = _holds(q)
        conditions += found
        values += words
    return Select(["d.published_at", "d.id", "d.tag", "d.text"], source, conditions, values)


def post_page(post_id: UUID) -> Document:
    """The document of a published post; raises NoSuchPost."""
    return Document(post_id, *_read("d.tag, d.text", post_id))


def post_tag(post_id: UUID) -> str:
    """The tag of that document alone; raises NoSuchPost."""
    return str(_read("d.tag", post_id)[0])


def _read(columns: str, post_id: UUID) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM {DOCUMENTS} WHERE d.id = %s AND d.is_shown", [id_value(post_id)]
        )
        found: tuple[Any, ...] | None = cursor.fetchone()
    if found is None:
        raise NoSuchPost
    return found


def _document(moment: Any, key: Any, tag: str, text: str) -> Document:
    return Document(as_id(key), tag, text)


def _holds(q: str) -> tuple[list[str], list[str]]:
    """Conditions for posts that hold these words, with their values."""
    if connection.vendor == "postgresql":
        return [f"{WORDS} @@ websearch_to_tsquery('simple', %s)"], [STRAY_MINUS.sub(" ", q)]
    words = q.split()
    return ["instr(lower(p.title || ' ' || p.body), lower(%s)) > 0"] * len(words), words
