"""How long lists are cut into pages."""

from rest_framework import serializers
from rest_framework.request import Request

from chassis.pagination import NewestFirst


class PageSize(serializers.Serializer):
    page_size = serializers.IntegerField(min_value=1, required=False)


class Pages(NewestFirst):
    """Refuses a page size that is none, instead of answering with another; a large one is cut down."""

    def get_page_size(self, request: Request) -> int:
        wanted = PageSize(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        return min(int(wanted.validated_data.get("page_size", self.page_size)), self.max_page_size)


class NewestPosts(Pages):
    ordering = ("-published_at", "-id")


class NewestComments(Pages):
    ordering = ("-written_at", "-id")
