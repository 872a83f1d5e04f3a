"""Reads request bodies: JSON, no deeper and no fuller than anybody needs."""

from collections.abc import Mapping
from math import isfinite
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 32
MOST_VALUES = 10_000


class BoundedJSONParser(JSONParser):
    """Refuses a body that would cost more than it can mean: one that nests too deeply or holds too much."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            body = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError(f"The body nests deeper than {DEEPEST} levels.") from None
        _check(body)
        return body


def _check(body: Any) -> None:
    depth, values, level = 0, 0, [body]
    while level := [child for parent in level for child in _children(parent)]:
        depth, values = depth + 1, values + len(level)
        if depth > DEEPEST:
            raise ParseError(f"The body nests deeper than {DEEPEST} levels.")
        if values > MOST_VALUES:
            raise ParseError(f"The body holds more than {MOST_VALUES} values.")
        if not all(isfinite(value) for value in level if isinstance(value, float)):
            raise ParseError("A number in the body is larger than any.")


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
