from posts.models.owned import Post

__all__ = ["Post"]
