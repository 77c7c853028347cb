"""A pydantic schema → form fields.

Whatever a rule declares as its parameters can be edited without a line of code here; a schema of
a kind that no field draws is an error that a test finds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from web.forms.fields import Control, FieldChoice, FormField
from web.gettext import gettext as _

Schema = Mapping[str, Any]


def fields_of(model: type[BaseModel]) -> tuple[FormField, ...]:
    """The form fields of a model, in the order they are declared."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    return tuple(
        _field(name, declared, definitions) for name, declared in schema["properties"].items()
    )


def _field(name: str, declared: Schema, definitions: Schema) -> FormField:
    plain, optional = _without_none(declared)
    plain = _resolved(plain, definitions)
    items = _resolved(plain.get("items", {}), definitions)
    control = _control(name, plain, items)
    return FormField(
        name=name,
        title=declared.get("title", name),
        help=declared.get("description", ""),
        control=control,
        optional=optional,
        choices=tuple(FieldChoice(str(each), str(each)) for each in plain.get("enum", ())),
        whole_items=items.get("type") == "integer",
        attributes=_attributes(control),
    )


def _attributes(control: Control) -> dict[str, str]:
    if control.is_long:
        return {"spellcheck": "false"}
    figure = control in (Control.WHOLE, Control.DECIMAL, Control.SHARE)
    return {"autocomplete": "off"} | ({"inputmode": "decimal"} if figure else {})


def _without_none(declared: Schema) -> tuple[Schema, bool]:
    choices = declared.get("anyOf", ())
    kept = [choice for choice in choices if choice.get("type") != "null"]
    if len(kept) == 1:
        return kept[0], len(kept) < len(choices)
    return declared, False


def _resolved(declared: Schema, definitions: Schema) -> Schema:
    if reference := declared.get("$ref"):
        definition: Schema = definitions[reference.rpartition("/")[2]]
        return definition
    return declared


def _control(name: str, declared: Schema, items: Schema) -> Control:
    if "enum" in declared:
        return Control.CHOICE
    match declared.get("type"), declared.get("format"):
        case "boolean", _:
            return Control.TICK
        case "integer", _:
            return Control.WHOLE
        case "number", _:
            return Control.SHARE if declared.get("maximum") == 1 else Control.DECIMAL
        case "string", "date":
            return Control.DATE
        case "string", _:
            return Control.TEXT
        case "array", _:
            return _list_control(name, items)
    raise TypeError(f"no form field draws the parameter “{name}”: {dict(declared)}")


def _list_control(name: str, items: Schema) -> Control:
    if set(items.get("properties", ())) == {"first", "last"}:
        return Control.RANGES
    match items.get("type"):
        case "integer" | "number":
            return Control.NUMBERS
        case "string":
            return Control.NAMES
        case "array":
            return Control.SETS
    raise TypeError(f"no form field draws the list “{name}” of {dict(items)}")


def explained(error: Mapping[str, Any]) -> str:
    """One of pydantic's errors in the reader's words: what the value must be."""
    limits = error.get("ctx", {})
    match error["type"]:
        case "greater_than_equal":
            return str(_("Must be at least %(limit)s.", limit=limits["ge"]))
        case "greater_than":
            return str(_("Must be more than %(limit)s.", limit=limits["gt"]))
        case "less_than_equal":
            return str(_("Must be at most %(limit)s.", limit=limits["le"]))
        case "less_than":
            return str(_("Must be less than %(limit)s.", limit=limits["lt"]))
        case "too_short":
            return str(_("Needs at least %(limit)s of them.", limit=limits["min_length"]))
        case "too_long":
            return str(_("Takes at most %(limit)s of them.", limit=limits["max_length"]))
        case "enum" | "literal_error":
            return str(_("Must be one of: %(choices)s.", choices=limits["expected"]))
    return str(error["msg"])
