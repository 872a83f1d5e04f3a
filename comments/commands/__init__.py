"""Changes comments and tells the others: one transaction each."""

from comments.commands.comments import delete_comment, edit_comment, take_verdict, write_comment
from comments.commands.importing import import_comments

__all__ = [
    "delete_comment",
    "edit_comment",
    "import_comments",
    "take_verdict",
    "write_comment",
]
