"""The pages of moderators: cases to decide, rules, and what is known of the things they are about."""

from moderation.admin import cases, replicas, rules

__all__ = ["cases", "replicas", "rules"]
