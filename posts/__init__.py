"""Posts: what authors write, and who may see it."""
