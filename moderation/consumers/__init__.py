"""Answers to what other services tell, by who told it."""

from moderation.consumers import comments, posts

__all__ = ["comments", "posts"]
