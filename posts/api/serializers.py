from rest_framework import serializers

from chassis.fields import TextField
from posts.domain import LONGEST_BODY, LONGEST_TITLE, Status


class PostText(serializers.Serializer):
    """What an author may write into a post."""

    title = TextField(max_length=LONGEST_TITLE)
    body = TextField(max_length=LONGEST_BODY, style={"base_template": "textarea.html"})


class NewPost(PostText):
    status = serializers.ChoiceField(
        choices=[Status.PUBLISHED, Status.DRAFT], default=Status.PUBLISHED, initial=Status.PUBLISHED
    )


class PostDetail(serializers.Serializer):
    """What an author, or a reader of a published post, sees."""

    url = serializers.HyperlinkedIdentityField(view_name="post", lookup_url_kwarg="post_id")
    id = serializers.UUIDField()
    author = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField()
    status = serializers.CharField()
    edition = serializers.IntegerField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)


class Nothing(serializers.Serializer):
    """What is asked for by the address alone."""
