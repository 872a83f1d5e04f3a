"""The assembled system: real processes, a real broker, real databases."""
