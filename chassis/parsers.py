"""Reads request bodies: JSON, and no deeper than anybody needs."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 32


class BoundedJSONParser(JSONParser):
    """Refuses a body that nests too deeply, which would exhaust the interpreter's stack."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            body = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError(f"The body nests deeper than {DEEPEST} levels.") from None
        if _depth(body) > DEEPEST:
            raise ParseError(f"The body nests deeper than {DEEPEST} levels.")
        return body


def _depth(body: Any) -> int:
    depth, level = 0, [body]
    while level := [child for parent in level for child in _children(parent)]:
        depth += 1
    return depth


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
