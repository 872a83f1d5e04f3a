"""The settings of query, with the contestants beside its addresses: same middleware, same database."""

from query.config.settings import *  # noqa: F403 -- all of them, with two changed
from query.config.settings import INSTALLED_APPS  # type: ignore[attr-defined] # is made at run time

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.reads.site"]
ROOT_URLCONF = "benchmarks.reads.site.urls"
