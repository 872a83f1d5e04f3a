"""How fast the feed is read: ready documents beside what one would write instead, on the same server."""
