from query.models.documents import PostDocument
from query.models.replicas import CommentReplica, PostReplica

__all__ = ["CommentReplica", "PostDocument", "PostReplica"]
