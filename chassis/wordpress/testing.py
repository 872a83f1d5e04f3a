"""For tests: writes exports as WordPress would, with everything but what matters filled in."""

from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

SITE = "https://harbour.example"
HEAD = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<link>{SITE}</link><pubDate>Sat, 01 Jun 2024 12:00:00 +0000</pubDate><wp:wxr_version>1.2</wp:wxr_version>
"""
TAIL = "</channel></rss>\n"


def export(path: Path, items: Iterable[str]) -> Path:
    """Write an export of these items."""
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        file.writelines(items)
        file.write(TAIL)
    return path


def item(
    number: int,
    *comments: str,
    title: str = "The ferry",
    body: str = "It is late.",
    author: str = "rosa",
    status: str = "publish",
    kind: str = "post",
    date: str = "2024-03-02 09:30:00",
) -> str:
    return (
        f"<item><title>{escape(title)}</title><dc:creator>{escape(author)}</dc:creator>"
        f"<content:encoded>{escape(body)}</content:encoded><wp:post_id>{number}</wp:post_id>"
        f"<wp:post_date_gmt>{date}</wp:post_date_gmt><wp:status>{status}</wp:status>"
        f"<wp:post_type>{kind}</wp:post_type>{''.join(comments)}</item>\n"
    )


def comment(
    number: int,
    *,
    body: str = "Very late.",
    author: str = "Bert",
    approved: str = "1",
    kind: str = "comment",
    date: str = "2024-03-03 10:00:00",
) -> str:
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id>"
        f"<wp:comment_author>{escape(author)}</wp:comment_author>"
        f"<wp:comment_content>{escape(body)}</wp:comment_content>"
        f"<wp:comment_date_gmt>{date}</wp:comment_date_gmt><wp:comment_approved>{approved}</wp:comment_approved>"
        f"<wp:comment_type>{kind}</wp:comment_type></wp:comment>"
    )
