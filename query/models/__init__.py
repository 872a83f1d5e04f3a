from query.models.replicas import CommentReplica, PostReplica

__all__ = ["CommentReplica", "PostReplica"]
