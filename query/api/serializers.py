from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.reverse import reverse


class FeedFilter(serializers.Serializer):
    """What a reader may narrow the feed by."""

    author = serializers.CharField(trim_whitespace=False, required=False)


class AddressField(serializers.ReadOnlyField):
    """Where a view of this post is."""

    def __init__(self, view_name: str, **options: Any) -> None:
        super().__init__(source="id", **options)
        self._view_name = view_name

    def to_representation(self, value: UUID) -> str:
        return reverse(self._view_name, kwargs={"post_id": value}, request=self.context["request"])


class ShownComment(serializers.Serializer):
    id = serializers.UUIDField()
    author = serializers.CharField()
    body = serializers.CharField()
    written_at = serializers.DateTimeField()


class ShownPost(serializers.Serializer):
    """A post with as many of its newest comments as the place has room for."""

    url = AddressField("post")
    id = serializers.UUIDField()
    author = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField()
    published_at = serializers.DateTimeField()
    comment_count = serializers.IntegerField()
    comments = ShownComment(many=True)
    comments_url = AddressField("comments")
