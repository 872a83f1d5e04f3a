"""The contestants as one Django site: query as it is, and beside it what one would write instead."""
