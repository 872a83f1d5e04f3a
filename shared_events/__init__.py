"""What may be said between services, and how it travels."""
