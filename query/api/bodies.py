"""Joins what is ready to what is sent: strings, and the addresses that only a request knows."""

import json

import msgspec
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from query.api import cursors
from query.queries import Comment, Document, Page, Position

_ENCODER = msgspec.json.Encoder()


def feed(request: Request, page: Page[Document]) -> str:
    posts = request.build_absolute_uri(request.path)
    rows = [_post(f"{posts}{document.id}/", document) for document in page.rows]
    return _page(request, page, ",".join(rows))


def post(request: Request, document: Document) -> str:
    return _post(request.build_absolute_uri(request.path), document)


def comments(request: Request, page: Page[Comment]) -> str:
    rows = [_ENCODER.encode(comment._asdict()).decode() for comment in page.rows]
    return _page(request, page, ",".join(rows))


def _post(own: str, document: Document) -> str:
    """A document with its addresses before all else; a document is an object, and never an empty one."""
    return f'{{"url":"{own}","comments_url":"{own}comments/",{document.text[1:]}'


def _page(request: Request, page: Page[Document] | Page[Comment], rows: str) -> str:
    older, newer = _address(request, page.older), _address(request, page.newer)
    return f'{{"next":{older},"previous":{newer},"results":[{rows}]}}'


def _address(request: Request, position: Position | None) -> str:
    if position is None:
        return "null"
    return json.dumps(replace_query_param(request.build_absolute_uri(), "cursor", cursors.encode(position)))
