"""The service posts as it is, and beside it the same POST telling nobody."""
