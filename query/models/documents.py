"""What readers are sent, ready before anybody asks."""

from django.db import models


class PostDocument(models.Model):
    """A post with its newest comments as the JSON text that readers get; nothing but copies went into it.

    Every post that was ever heard of has one, also a post of which only a comment is known. One that is not
    shown counts its approved comments all the same, and holds no text.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    comment_count = models.PositiveIntegerField(
        null=True
    )  # of approved comments; empty until they are counted
    is_shown = models.BooleanField(default=False)
    author = models.TextField(default="")
    published_at = models.DateTimeField(null=True)
    text = models.TextField(default="")
    tag = models.CharField(max_length=24, default="")  # differs whenever the text does

    class Meta:
        verbose_name = "document"
        indexes = (
            models.Index(
                fields=["-published_at", "-id"],
                name="shown_newest_first",
                condition=models.Q(is_shown=True),
            ),
            models.Index(
                fields=["author", "-published_at", "-id"],
                name="shown_of_an_author",
                condition=models.Q(is_shown=True),
            ),
        )

    def __str__(self) -> str:
        return str(self.id)
