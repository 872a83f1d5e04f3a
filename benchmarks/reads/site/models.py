"""The rows of query as somebody would have modelled them who needs no replicas: with a foreign key."""

from django.db import models


class Post(models.Model):
    id = models.UUIDField(primary_key=True)
    author = models.TextField()
    title = models.TextField()
    body = models.TextField()
    status = models.CharField(max_length=20)
    published_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "query_postreplica"

    def __str__(self) -> str:
        return self.title


class Comment(models.Model):
    id = models.UUIDField(primary_key=True)
    post = models.ForeignKey(Post, models.DO_NOTHING, related_name="comments", db_constraint=False)
    author = models.TextField()
    body = models.TextField()
    status = models.CharField(max_length=20)
    written_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "query_commentreplica"

    def __str__(self) -> str:
        return self.body[:60]
