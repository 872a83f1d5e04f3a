from comments.models.owned import Comment
from comments.models.replicas import PostReplica

__all__ = ["Comment", "PostReplica"]
