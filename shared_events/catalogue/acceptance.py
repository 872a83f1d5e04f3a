"""Whether a reader takes everything that a writer may tell, judged by the JSON Schemas of both.

It knows the part of JSON Schema that msgspec writes. A word that it does not know has to be the same in both.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Schema = Mapping[str, Any]

# Words that say nothing of what is taken.
SILENT = {"title", "description", "default", "examples", "deprecated", "$defs"}
STRUCTURE = {
    "type",
    "enum",
    "const",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "prefixItems",
}
LOWER = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
UPPER = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}
NAMES: dict[type, str] = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}


class Refusal(NamedTuple):
    """Something that the writer may tell and the reader does not take."""

    field: str  # with dots for fields of fields; empty for the whole
    why: str
    is_absence: bool = False


class _Node(NamedTuple):
    schema: Schema
    root: Schema

    def at(self, schema: Schema) -> "_Node":
        return _Node(schema, self.root)

    def alternatives(self) -> list["_Node"]:
        schema = self.schema
        while "$ref" in schema:
            schema = self.root["$defs"][schema["$ref"].rpartition("/")[2]]
        if "anyOf" in schema:
            return [found for one in schema["anyOf"] for found in self.at(one).alternatives()]
        return [self.at(schema)]


def refusals(reader: Schema, writer: Schema) -> list[Refusal]:
    """All that is in the way, field by field; nothing if the reader takes whatever the writer tells."""
    return list(_any(_Node(reader, reader), _Node(writer, writer), ""))


def _any(reader: _Node, writer: _Node, field: str) -> Iterator[Refusal]:
    for told in writer.alternatives():
        tried = [list(_one(taken, told, field)) for taken in reader.alternatives()]
        if all(tried):
            yield from min(tried, key=len)


def _one(reader: _Node, writer: _Node, field: str) -> Iterator[Refusal]:
    taken, told = _values(reader.schema), _values(writer.schema)
    if taken is not None:
        yield from _among(taken, told, field)
    elif told is not None:
        found = [one for value in told for one in _one(reader, writer.at(_exactly(value)), field)]
        yield from dict.fromkeys(found)
    elif not _is_kind(reader.schema, writer.schema):
        yield Refusal(field, f"{_kind(reader.schema)} is expected, {_kind(writer.schema)} is told")
    else:
        yield from _limits(reader.schema, writer.schema, field)
        yield from _fields(reader, writer, field)
        yield from _items(reader, writer, field)


def _values(schema: Schema) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _exactly(value: Any) -> Schema:
    kind = {"type": NAMES[type(value)]}
    return kind | {"minimum": value, "maximum": value} if isinstance(value, int) else kind


def _among(taken: list[Any], told: list[Any] | None, field: str) -> Iterator[Refusal]:
    if told is None:
        yield Refusal(field, f"one of {taken} is expected, anything is told")
    elif strange := [one for one in told if one not in taken]:
        yield Refusal(field, f"one of {taken} is expected, {', '.join(map(repr, strange))} may be told")


def _kind(schema: Schema) -> str:
    return " ".join(str(schema[word]) for word in ("type", "format") if word in schema) or "anything"


def _is_kind(reader: Schema, writer: Schema) -> bool:
    wanted = reader.get("type")
    return wanted in (None, writer.get("type")) or (wanted, writer.get("type")) == ("number", "integer")


def _limits(reader: Schema, writer: Schema, field: str) -> Iterator[Refusal]:
    for word in reader.keys() - SILENT - STRUCTURE:
        limit, told = reader[word], writer.get(word)
        if told == limit:
            continue
        is_wider = told is not None and (
            (word in LOWER and told >= limit) or (word in UPPER and told <= limit)
        )
        if not is_wider:
            yield Refusal(field, f"{word} {limit} is expected, {told or 'none'} is told")


def _fields(reader: _Node, writer: _Node, field: str) -> Iterator[Refusal]:
    known, told = reader.schema.get("properties", {}), writer.schema.get("properties", {})
    strange = sorted(told.keys() - known.keys())
    for name in sorted(set(reader.schema.get("required", ())) - set(writer.schema.get("required", ()))):
        beside = f"; told is {', '.join(strange)}, which nobody expects" if strange else ""
        why = "may be left out" if name in told else f"is not told{beside}"
        yield Refusal(_path(field, name), f"it is expected, and {why}", is_absence=True)
    for name in sorted(known.keys() & told.keys()):
        yield from _any(reader.at(known[name]), writer.at(told[name]), _path(field, name))
    others = reader.schema.get("additionalProperties", True)
    if others is False:
        yield from (Refusal(_path(field, name), "nothing more is expected") for name in strange)
    elif isinstance(others, Mapping):
        more = writer.schema.get("additionalProperties", {})
        yield from _any(
            reader.at(others), writer.at(more if isinstance(more, Mapping) else {}), _path(field, "*")
        )


def _items(reader: _Node, writer: _Node, field: str) -> Iterator[Refusal]:
    for word in ("items", "prefixItems"):
        taken, told = reader.schema.get(word), writer.schema.get(word)
        if isinstance(taken, Mapping) and isinstance(told, Mapping):
            yield from _any(reader.at(taken), writer.at(told), f"{field}[]")
        elif taken is not None and taken != told:
            yield Refusal(field, f"{word} {taken} is expected, {told} is told")


def _path(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name
