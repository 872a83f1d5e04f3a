"""What the parser meets, reduced to the texts that are wanted, one item at a time."""

from dataclasses import dataclass, field
from functools import lru_cache

LARGEST_ITEM = 64 * 1024 * 1024
LARGEST_TOKEN = 1024 * 1024
DEEPEST = 32

CHANNEL = ["rss", "channel"]
ITEM = [*CHANNEL, "item"]
COMMENT = [*ITEM, "wp:comment"]
SITE = ("wp:base_blog_url", "wp:base_site_url", "link")
VERSION = "wp:wxr_version"
PREFIXES = {
    "": "",
    "{http://purl.org/dc/elements/1.1/": "dc:",
    "{http://purl.org/rss/1.0/modules/content/": "content:",
    "{http://wordpress.org/export/1.0/": "wp:",
    "{http://wordpress.org/export/1.1/": "wp:",
    "{http://wordpress.org/export/1.2/": "wp:",
}
# Not among them, so that they go no further: mail and network addresses.
WANTED = {
    *("title", "link", "pubDate", "dc:creator", "content:encoded"),
    *("wp:wxr_version", "wp:base_site_url", "wp:base_blog_url"),
    *("wp:post_id", "wp:post_type", "wp:status", "wp:post_password", "wp:post_date", "wp:post_date_gmt"),
    *("wp:comment_id", "wp:comment_type", "wp:comment_approved", "wp:comment_date", "wp:comment_date_gmt"),
    *("wp:comment_author", "wp:comment_content"),
}


class Misfit(Exception):
    """Well-formed so far, but not what WordPress writes."""


class Fields(dict[str, str]):
    """The texts inside an element by name; what is absent is empty."""

    def __missing__(self, name: str) -> str:
        return ""

    def word(self, name: str) -> str:
        return self[name].strip()


@dataclass(frozen=True, slots=True)
class Item:
    """A post, page, menu entry or attachment with the comments on it."""

    channel: Fields
    fields: Fields = field(default_factory=Fields)
    comments: list[Fields] = field(default_factory=list)

    @property
    def site(self) -> str:
        # A blog's own address first: the blogs of a network share the other, and each counts from 1.
        return next((site for name in SITE if (site := self.channel.word(name))), "")


class Outline:
    """The parser's target: keeps the channel's texts and those of the item it is in."""

    def __init__(self) -> None:
        self.item = Item(Fields())
        self._finished: list[Item] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._unfinished_bytes = self._silent_bytes = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._path.append(_name(tag))
        self._text, self._silent_bytes = [], 0
        if self._path[0] != "rss":
            raise Misfit(
                f"The file is no WordPress export: it holds <{self._path[0]:.40}> where <rss> should be"
            )
        if len(self._path) > DEEPEST:
            raise Misfit("The file is no WordPress export: its elements are nested too deeply")
        if self._path == ITEM:
            self._begin_item()
        elif self._path == COMMENT:
            self.item.comments.append(Fields())

    def data(self, text: str) -> None:
        self._text.append(text)
        self._silent_bytes = 0

    def end(self, tag: str) -> None:
        if self._path == ITEM:
            self._finished.append(self.item)
        name = self._path.pop()
        if name in WANTED and (fields := self._fields()) is not None:
            fields[name] = "".join(self._text)
        if self._path == CHANNEL:
            self._unfinished_bytes = 0
        self._text, self._silent_bytes = [], 0

    def close(self) -> None:
        if VERSION not in self.item.channel:
            raise Misfit("The file is no WordPress export (WXR 1.0, 1.1 or 1.2): it names no wp:wxr_version")

    def weigh(self, size: int) -> None:
        """Keeps a file from filling the memory with one endless piece."""
        self._unfinished_bytes += size
        self._silent_bytes += size
        if self._unfinished_bytes > LARGEST_ITEM or self._silent_bytes > LARGEST_TOKEN:
            raise Misfit("The file is no WordPress export: one piece of it is too large to hold")

    def take_finished(self) -> list[Item]:
        finished, self._finished = self._finished, []
        return finished

    def _begin_item(self) -> None:
        self.close()
        self.item = Item(self.item.channel)
        if not self.item.site:
            raise Misfit(
                "The export does not name its site, without which its posts have no ids of their own"
            )

    def _fields(self) -> Fields | None:
        if self._path == CHANNEL:
            return self.item.channel
        if self._path == ITEM:
            return self.item.fields
        return self.item.comments[-1] if self._path == COMMENT else None


@lru_cache(maxsize=1024)
def _name(tag: str) -> str:
    namespace, _, name = tag.rpartition("}")
    return PREFIXES.get(namespace, "other:") + name
