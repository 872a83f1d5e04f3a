"""What comes out of an export and what does not: in doubt a thing is left out, lest it become public."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from chassis.wordpress.outline import Fields, Item
from chassis.wordpress.records import (
    CommentStatus,
    ExportedComment,
    ExportedPost,
    LeftOut,
    PostKind,
    PostStatus,
    comment_id,
    post_id,
)

ANONYMOUS = "anonymous"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DATE_FORMATS = ("%Y-%m-%d %H:%M:%S", "%a, %d %b %Y %H:%M:%S %z")

POST_STATUSES: Mapping[str, PostStatus] = {
    "publish": "published",
    "draft": "draft",
    "pending": "draft",
    "future": "draft",
}
COMMENT_STATUSES: Mapping[str, CommentStatus] = {"1": "approved", "0": "pending"}

OTHER_KINDS = {"nav_menu_item": LeftOut.MENU, "attachment": LeftOut.ATTACHMENT}
OTHER_STATUSES = {"private": LeftOut.PRIVATE, "trash": LeftOut.TRASHED}
OTHER_COMMENTS = {"pingback": LeftOut.PINGBACK, "trackback": LeftOut.TRACKBACK}
OTHER_COMMENT_STATUSES = {
    "spam": LeftOut.SPAM,
    "trash": LeftOut.TRASHED_COMMENT,
    "post-trashed": LeftOut.TRASHED_COMMENT,
}


def post(item: Item, *, pages: bool) -> ExportedPost | LeftOut:
    fields = item.fields
    if reason := _post_left_out(fields, pages=pages):
        return reason
    number = int(fields.word("wp:post_id"))
    exported_at = _moment(item.channel["pubDate"])
    written_at = _first_moment(fields, "wp:post_date_gmt", "wp:post_date", "pubDate") or exported_at or EPOCH
    status = POST_STATUSES[fields.word("wp:status")]
    return ExportedPost(
        id=post_id(item.site, number),
        wordpress_id=number,
        kind=cast(PostKind, fields.word("wp:post_type")),
        author=fields.word("dc:creator") or ANONYMOUS,
        title=fields.word("title"),
        body=fields["content:encoded"],
        status="draft" if exported_at and written_at > exported_at else status,
        written_at=written_at,
    )


def comment(fields: Fields, item: Item, on: ExportedPost) -> ExportedComment | LeftOut:
    if reason := _comment_left_out(fields):
        return reason
    number = int(fields.word("wp:comment_id"))
    return ExportedComment(
        id=comment_id(item.site, number),
        wordpress_id=number,
        post_id=on.id,
        author=fields.word("wp:comment_author") or ANONYMOUS,
        body=fields["wp:comment_content"],
        status=COMMENT_STATUSES[fields.word("wp:comment_approved")],
        written_at=_first_moment(fields, "wp:comment_date_gmt", "wp:comment_date") or on.written_at,
    )


def _post_left_out(fields: Fields, *, pages: bool) -> LeftOut | None:
    kind, status = fields.word("wp:post_type"), fields.word("wp:status")
    if kind == "page" and not pages:
        return LeftOut.PAGE
    if kind not in ("post", "page"):
        return OTHER_KINDS.get(kind, LeftOut.OTHER_KIND)
    if fields["wp:post_password"]:
        return LeftOut.PROTECTED
    if status not in POST_STATUSES:
        return OTHER_STATUSES.get(status, LeftOut.OTHER_STATUS)
    if not _is_id(fields.word("wp:post_id")):
        return LeftOut.WITHOUT_ID
    return None if fields.word("title") or fields.word("content:encoded") else LeftOut.EMPTY


def _comment_left_out(fields: Fields) -> LeftOut | None:
    kind, status = fields.word("wp:comment_type"), fields.word("wp:comment_approved")
    if kind not in ("", "comment"):
        return OTHER_COMMENTS.get(kind, LeftOut.OTHER_COMMENT)
    if status not in COMMENT_STATUSES:
        return OTHER_COMMENT_STATUSES.get(status, LeftOut.OTHER_COMMENT_STATUS)
    if not _is_id(fields.word("wp:comment_id")):
        return LeftOut.COMMENT_WITHOUT_ID
    return None if fields.word("wp:comment_content") else LeftOut.EMPTY_COMMENT


def _is_id(word: str) -> bool:
    return re.fullmatch("0*[1-9][0-9]{0,19}", word) is not None


def _first_moment(fields: Fields, *names: str) -> datetime | None:
    return next((moment for name in names if (moment := _moment(fields[name]))), None)


def _moment(written: str) -> datetime | None:
    """A date as WordPress or RSS writes it; without a zone it is taken for UTC, broken it is none."""
    for date_format in DATE_FORMATS:
        try:
            moment = datetime.strptime(written.strip(), date_format)
        except ValueError:
            continue
        # The calendar's first and last year cannot be moved between time zones: they are placeholders.
        if 1 < moment.year < 9999:
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
