"""Pages of lists that grow at their top."""

from datetime import UTC
from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class PageSize(serializers.Serializer):
    page_size = serializers.IntegerField(min_value=1, required=False)


class NewestFirst(CursorPagination):
    """Newest first, stable while new rows arrive; needs an index on (created_at, id).

    A page size that is none is refused, instead of answered with another; a large one is cut down.
    A subclass that orders by anything but a time says what a position of its is.
    """

    ordering = ("-created_at", "-id")
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100

    def get_page_size(self, request: Request) -> int:
        wanted = PageSize(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        return min(int(wanted.validated_data.get("page_size", self.page_size)), self.max_page_size)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Read a cursor; anybody can forge one, so its position may be anything."""
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not self.is_position(str(cursor.position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def is_position(self, text: str) -> bool:
        """Whether a row may have this value in the first field that the list is ordered by."""
        try:
            moment = parse_datetime(text)
            return moment is not None and moment.tzinfo is not None and bool(moment.astimezone(UTC))
        except (ValueError, OverflowError):
            return False

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "default": self.page_size}
        texts = {"cursor": "As in `next` of a page.", "page_size": f"At most {self.max_page_size}."}
        schemas = {"cursor": {"type": "string"}, "page_size": size}
        return [
            {"name": name, "in": "query", "required": False, "description": text, "schema": schemas[name]}
            for name, text in texts.items()
        ]
