"""Answers to what other services tell, by who told it."""

from posts.consumers import moderation

__all__ = ["moderation"]
