"""What query makes of its replicas: a document per post."""

from query.projections.document import NEWEST_COMMENTS
from query.projections.renewal import renew, renew_documents

__all__ = ["NEWEST_COMMENTS", "renew", "renew_documents"]
