"""Answers to what other services tell, by who told it."""

from comments.consumers import moderation

__all__ = ["moderation"]
