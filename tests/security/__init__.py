"""The probes of a hostile caller, with the numbers of the checklist in their names, against gunicorn."""
