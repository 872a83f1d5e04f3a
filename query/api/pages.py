"""How long lists are cut into pages."""

from chassis.pagination import NewestFirst


class NewestPosts(NewestFirst):
    ordering = ("-published_at", "-id")


class NewestComments(NewestFirst):
    ordering = ("-written_at", "-id")
