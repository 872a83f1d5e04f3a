from moderation.models.owned import Case, Rule
from moderation.models.replicas import CommentReplica, PostReplica

__all__ = ["Case", "CommentReplica", "PostReplica", "Rule"]
