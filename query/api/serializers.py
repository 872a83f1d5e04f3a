"""What may stand behind the question mark of an address."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.settings import api_settings

from query.api import cursors
from query.queries import Position

PAGE_SIZE = 20
LARGEST_PAGE = 100
LONGEST_SEARCH = 200


class Parameters(serializers.Serializer):
    """Refuses what it does not know, so that a slip of the pen is not answered with everything."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        known = {*self.fields, api_settings.URL_FORMAT_OVERRIDE}
        unknown = [name for name in self.initial_data if name not in known]
        if unknown:
            says = f"There is no such parameter; there are: {', '.join(sorted(self.fields)) or 'none'}."
            raise serializers.ValidationError({name: [says] for name in unknown}, code="unknown")
        return attrs


@extend_schema_field(OpenApiTypes.STR)
class CursorField(serializers.Field):
    """The place that ``next`` and ``previous`` of another page lead to."""

    default_error_messages = {
        "invalid": "This is no cursor: follow next or previous of a page, or leave it out."
    }

    def to_internal_value(self, data: Any) -> Position:
        try:
            return cursors.decode(str(data))
        except ValueError:
            self.fail("invalid")


class PageParameters(Parameters):
    """Which page of a list; a page that is too large is cut down."""

    page_size = serializers.IntegerField(min_value=1, default=PAGE_SIZE)
    cursor = CursorField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        wanted = super().validate(attrs)
        wanted["size"] = min(wanted.pop("page_size"), LARGEST_PAGE)
        wanted["beyond"] = wanted.pop("cursor", None)
        return wanted


class FeedParameters(PageParameters):
    """What a reader may narrow the feed by."""

    author = serializers.CharField(trim_whitespace=False, required=False)
    q = serializers.CharField(max_length=LONGEST_SEARCH, required=False)


class ShownComment(serializers.Serializer):
    """A comment as it is in a document."""

    id = serializers.UUIDField()
    author = serializers.CharField()
    body = serializers.CharField()
    written_at = serializers.DateTimeField()


class ShownPost(serializers.Serializer):
    """A document with its addresses."""

    url = serializers.URLField()
    comments_url = serializers.URLField()
    id = serializers.UUIDField()
    author = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField()
    published_at = serializers.DateTimeField()
    comment_count = serializers.IntegerField()
    comments = ShownComment(many=True)


class ShownPage(serializers.Serializer):
    """What every page of a list has."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


@extend_schema_serializer(many=False)
class PostsPage(ShownPage):
    results = ShownPost(many=True)


@extend_schema_serializer(many=False)
class CommentsPage(ShownPage):
    results = ShownComment(many=True)
