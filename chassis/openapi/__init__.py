"""Describes each API by OpenAPI 3.1, as it is committed, served and tested."""
