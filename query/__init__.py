"""Query: answers readers from its own copies of posts and comments."""
