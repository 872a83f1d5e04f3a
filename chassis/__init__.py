"""What every service has besides events: settings, people, errors, health, pages. Knows no service."""
