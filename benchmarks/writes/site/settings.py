"""The settings of posts, with the contestants beside its addresses: same middleware, same database."""

from posts.config.settings import *  # noqa: F403 -- all of them, with one changed

ROOT_URLCONF = "benchmarks.writes.site.urls"
