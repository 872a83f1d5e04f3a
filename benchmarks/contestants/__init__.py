"""The usual ways to hear an event, each written as its own documentation shows it."""
