"""A tiny service that hears comments and verdicts, to test what the package does for it."""
