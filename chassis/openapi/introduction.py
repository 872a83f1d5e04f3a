"""How a description begins."""

ORIGIN = "http://127.0.0.1:8000"  # is replaced by the address that the description is asked for at

DESCRIPTION = f"""\
The examples work as pasted, in a shell where these are set:

```sh
export TIDINGS={ORIGIN}
export TOKEN="$(python3 manage.py posts token alice)"
```

`$POST_ID` and its like stand for an id that an answer gave you.
`python3 manage.py posts token mona --moderator` mints a token for the review queue.

* Whatever goes wrong is answered with a [problem](https://www.rfc-editor.org/rfc/rfc9457): `code` is stable,
  `errors` names the faults of a request by JSON pointers, `instance` is the id of the request, by which the
  logs know it.
* Lists are cut into pages; follow `next`. A page has 20 rows, or `page_size` of them, at most 100.
* `ETag` is the version of a thing. `If-None-Match` spares you what you have, `If-Match` saves you from
  overwriting what you have not seen.
* A POST with an `Idempotency-Key` takes effect once, however often it is sent.
* A write answers `Tidings-Version`; any service given the same in `Tidings-After` answers once it has heard
  of that write.
"""
