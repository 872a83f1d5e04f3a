"""Kinds of options that every benchmark has."""

import argparse
import os
from pathlib import Path


def number(text: str) -> int:
    """How many of something; at least one."""
    found = int(text)
    if found < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return found


def writable(text: str) -> Path:
    """A file that can be written: to learn otherwise after five minutes is no joy."""
    path = Path(text)
    if path.is_dir() or not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"{text} cannot be written")
    return path
