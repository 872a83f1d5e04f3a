"""Django's backend for PostgreSQL, which asks no question of the server before every request."""
