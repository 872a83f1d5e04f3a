"""Comments: what readers say about posts, and who may see it."""
