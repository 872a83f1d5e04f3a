from rest_framework import serializers

from chassis.fields import TextField
from comments.domain import LONGEST_BODY


class CommentText(serializers.Serializer):
    """What an author may write into a comment."""

    body = TextField(max_length=LONGEST_BODY, style={"base_template": "textarea.html"})


class CommentDetail(serializers.Serializer):
    """What an author, or a reader of an approved comment, sees."""

    url = serializers.HyperlinkedIdentityField(view_name="comment", lookup_url_kwarg="comment_id")
    id = serializers.UUIDField()
    post_id = serializers.UUIDField()
    author = serializers.CharField()
    body = serializers.CharField()
    status = serializers.CharField()
    edition = serializers.IntegerField()
    version = serializers.IntegerField()
    written_at = serializers.DateTimeField()
