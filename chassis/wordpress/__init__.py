"""Reads WordPress exports (WXR 1.0 to 1.2): a stream of posts and comments, and a tally of what is left out.

    totals = wordpress.check(path)
    with tqdm(total=path.stat().st_size, unit="B", unit_scale=True) as bar:
        for post in wordpress.Export(path, progress=bar.update).posts():
            ...

A file may turn out broken at its very end, after its records were handed out. So that nothing half-read is
written, run `check` first: it reads to the end, writes nothing, and raises the `ExportError` that the reading
would raise. (Or write all in one transaction.) Missing and unreadable files are the caller's: `OSError`.

Memory: one item of the export with its comments is held at a time, 64 MiB of markup at most.
A file merged by hand may hold an id twice; both records come, equal in id.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from chassis.wordpress import markup, selection
from chassis.wordpress.markup import ExportError
from chassis.wordpress.outline import Item
from chassis.wordpress.records import (
    CommentStatus,
    ExportedComment,
    ExportedPost,
    LeftOut,
    PostKind,
    PostStatus,
    Totals,
    comment_id,
    post_id,
)

__all__ = [
    "CommentStatus",
    "Export",
    "ExportError",
    "ExportedComment",
    "ExportedPost",
    "LeftOut",
    "PostKind",
    "PostStatus",
    "Totals",
    "check",
    "comment_id",
    "post_id",
]


def unwatched(size: int) -> None:
    """Progress that nobody looks at."""


class Export:
    """An export file; every iteration reads it anew and tallies what it leaves out."""

    def __init__(
        self, path: Path, *, pages: bool = False, progress: Callable[[int], object] = unwatched
    ) -> None:
        self.path, self.pages, self.progress = path, pages, progress
        self.left_out: Counter[LeftOut] = Counter()

    def __iter__(self) -> Iterator[ExportedPost | ExportedComment]:
        self.left_out.clear()
        for item in markup.items(self.path, progress=self.progress):
            yield from self._records(item)

    def posts(self) -> Iterator[ExportedPost]:
        return (record for record in self if isinstance(record, ExportedPost))

    def comments(self) -> Iterator[ExportedComment]:
        return (record for record in self if isinstance(record, ExportedComment))

    def _records(self, item: Item) -> Iterator[ExportedPost | ExportedComment]:
        post = selection.post(item, pages=self.pages)
        if isinstance(post, LeftOut):
            self.left_out += Counter({post: 1, LeftOut.ORPHANED: len(item.comments)})
            return
        yield post
        for fields in item.comments:
            comment = selection.comment(fields, item, post)
            if isinstance(comment, LeftOut):
                self.left_out[comment] += 1
            else:
                yield comment


def check(path: Path, *, pages: bool = False, progress: Callable[[int], object] = unwatched) -> Totals:
    """Read an export to its end for nothing but the totals, or the error that it would end with."""
    export = Export(path, pages=pages, progress=progress)
    kinds = Counter(type(record) for record in export)
    return Totals(posts=kinds[ExportedPost], comments=kinds[ExportedComment], left_out=export.left_out)
