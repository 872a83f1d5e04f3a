"""Moderation: judges by rules what others write, and hands the doubtful to a person."""
