"""What one would write instead of ready documents."""

import os
from functools import cache
from random import Random
from typing import Any

import requests
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, JsonResponse
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.reads import filling
from benchmarks.reads.site.models import Comment, Post
from chassis.pagination import NewestFirst
from query.api import cursors
from query.queries import Position

PAGES = 2000
UPSTREAM = "BENCH_UPSTREAM"  # the variable that says where posts and comments are asked


class CommentFields(serializers.ModelSerializer):
    class Meta:
        model = Comment
        fields = ("id", "author", "body", "written_at")


class PostFields(serializers.ModelSerializer):
    class Meta:
        model = Post
        fields = ("id", "author", "title", "body", "published_at")


class NestedPost(PostFields):
    """A post with its comments, counted where they are at hand already."""

    url = serializers.HyperlinkedIdentityField(view_name="post", lookup_url_kwarg="post_id")
    comments_url = serializers.HyperlinkedIdentityField(view_name="comments", lookup_url_kwarg="post_id")
    comments = CommentFields(many=True)
    comment_count = serializers.SerializerMethodField()

    class Meta(PostFields.Meta):
        fields = (*PostFields.Meta.fields, "url", "comments_url", "comment_count", "comments")

    def get_comment_count(self, post: Post) -> int:
        return len(post.comments.all())


class NewestPosts(NewestFirst):
    ordering = ("-published_at", "-id")


class Open:
    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    renderer_classes = [JSONRenderer]


class DrfNested(Open, ListAPIView):
    """ModelSerializer with prefetch_related: two statements."""

    serializer_class = NestedPost
    pagination_class = NewestPosts

    def get_queryset(self) -> QuerySet[Post]:
        approved = Comment.objects.filter(status="approved").order_by("-written_at", "-id")
        return Post.objects.filter(status="published").prefetch_related(Prefetch("comments", approved))


class UpstreamPosts(Open, ListAPIView):
    """What the posts service would answer."""

    serializer_class = PostFields
    pagination_class = NewestPosts
    queryset = Post.objects.filter(status="published")


class UpstreamComments(Open, APIView):
    """What the comments service would answer, asked for one post, or for a whole page of them."""

    def get(self, request: Request) -> Response:
        posts = request.query_params["posts"].split(",")
        found = Comment.objects.filter(status="approved", post_id__in=posts).order_by("-written_at", "-id")
        rows = CommentFields(found, many=True).data
        return Response([{**row, "post": str(one.post_id)} for row, one in zip(rows, found, strict=True)])


class SyncFanout(Open, APIView):
    """Asks posts for a page, then comments for each post of it, over connections that are kept."""

    def get(self, request: Request) -> Response:
        page = ask("posts/")
        for post in page["results"]:
            post["comments"] = ask("comments/", posts=post["id"])
            post["comment_count"] = len(post["comments"])
        return Response(page)


class SyncFanoutBatched(Open, APIView):
    """The same with a comments API that answers for a whole page of posts at once: two requests."""

    def get(self, request: Request) -> Response:
        page = ask("posts/")
        posts = {post["id"]: post | {"comments": []} for post in page["results"]}
        for comment in ask("comments/", posts=",".join(posts)):
            posts[comment["post"]]["comments"].append(comment)
        for post in posts.values():
            post["comment_count"] = len(post["comments"])
        return Response({**page, "results": list(posts.values())})


def django_hello(request: HttpRequest) -> JsonResponse:
    """The limit of Django on this server."""
    return JsonResponse({})


def cursors_anywhere(request: HttpRequest, posts: int) -> JsonResponse:
    """Cursors of pages all over a feed of so many posts, the same in every run."""
    numbers = Random(posts).sample(range(1, posts), min(PAGES, posts - 1))
    found = [cursors.encode(Position(filling.moment_of(number), filling.id_of(number))) for number in numbers]
    return JsonResponse(found, safe=False)


def ask(path: str, **parameters: str) -> Any:
    answer = connections().get(f"{os.environ[UPSTREAM]}/bench/upstream/{path}", params=parameters, timeout=10)
    answer.raise_for_status()
    return answer.json()


@cache
def connections() -> requests.Session:
    """One per process; urllib3's pool below it serves all threads."""
    return requests.Session()
