"""What Tidings does per second, beside what its users would pick instead; run by `manage.py bench`."""
