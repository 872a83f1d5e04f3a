"""The settings of query, with the contestants beside its addresses: same middleware, same database."""

from query.config.settings import *  # noqa: F403
from query.config.settings import INSTALLED_APPS  # type: ignore[attr-defined]

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.reads.site"]
ROOT_URLCONF = "benchmarks.reads.site.urls"
