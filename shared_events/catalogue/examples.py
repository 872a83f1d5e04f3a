"""Data that a schema allows: the least, the most, and each field at its limits."""

from collections.abc import Iterator
from typing import Any

from shared_events.catalogue.acceptance import Schema

Data = dict[str, Any]
SMALLEST, LARGEST = -(2**63), 2**63 - 1
THING = "00000000-0000-7000-8000-000000000001"  # whatever thing is spoken of
BY_FORMAT = {
    "uuid": [THING],
    "date-time": ["2020-01-02T03:04:05Z", "2020-01-02T03:04:05.123456+02:00"],
}


def examples(schema: Schema) -> Iterator[Data]:
    """Whole data first, then each field in its other forms, then what has no optional field."""
    return (one for one in _values(schema, schema) if isinstance(one, dict))


def _values(schema: Schema, root: Schema) -> list[Any]:
    """What may stand in a place, the usual first; raises KeyError for a type that is not known here."""
    if "$ref" in schema:
        return _values(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "anyOf" in schema:
        return [value for one in schema["anyOf"] for value in _values(one, root)]
    if "const" in schema or "enum" in schema:
        return [schema["const"]] if "const" in schema else list(schema["enum"])
    return _of_type(schema, root)


def _of_type(schema: Schema, root: Schema) -> list[Any]:
    match schema["type"]:
        case "object":
            return _objects(schema, root)
        case "array":
            return [_values(schema["items"], root)[:1], []] if "items" in schema else [[]]
        case "string":
            return BY_FORMAT.get(schema.get("format", ""), ["Grün 🌱", "x"])
        case "integer":
            return [schema.get("minimum", SMALLEST), schema.get("maximum", LARGEST)]
    others: dict[str, list[Any]] = {"boolean": [True, False], "number": [0.5, -1], "null": [None]}
    return others[schema["type"]]


def _objects(schema: Schema, root: Schema) -> list[Any]:
    values = {name: _values(one, root) for name, one in schema.get("properties", {}).items()}
    whole = {name: found[0] for name, found in values.items()}
    varied = [{**whole, name: value} for name, found in values.items() for value in found[1:]]
    return [whole, *varied, {name: whole[name] for name in schema.get("required", ())}]
