"""Turns what WordPress keeps as markup into plain text, for where a service keeps plain text."""

import re
from html import unescape

LONGEST_READ = 10_000
INLINE = "a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|tt|u"
INLINE_TAG = re.compile(rf"</?(?:{INLINE})(?:\s[^<>]*)?>", re.IGNORECASE)
OTHER_MARKUP = re.compile(
    r"<(script|style)\b.*?</\1\s*>|<!--.*?-->|</?[a-z][^<>]*>", re.IGNORECASE | re.DOTALL
)


def plain(markup: str) -> str:
    """The words of the beginning of a text, on one line, without tags and entities."""
    beginning = INLINE_TAG.sub("", markup[:LONGEST_READ])
    return " ".join(unescape(OTHER_MARKUP.sub(" ", beginning)).split())
