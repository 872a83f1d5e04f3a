"""What it costs to tell of a write, and how soon a write is answered under a steady load."""
