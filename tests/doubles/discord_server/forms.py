"""What a person fills into a form, as Discord sends it."""

from collections.abc import Mapping
from typing import Any

from tests.doubles.discord_server.component_rules import LABEL, ROW, SELECTS, TEXT_INPUT
from tests.doubles.discord_server.interactions import Modal
from tests.doubles.discord_server.messages import walked
from tests.doubles.discord_server.refusing import Impossible, Json


def submitted(modal: Modal, values: Mapping[str, Any]) -> list[Json]:
    """Return the components of a form with what a person filled in.

    Raises:
        Impossible: when the form does not have a field, or does not take its value.
    """
    fields = {each["custom_id"] for each in walked(modal.components) if "custom_id" in each}
    if unknown := set(values) - fields:
        raise Impossible(f"The form has no field {sorted(unknown)}")
    return [_part(part, values) for part in modal.components]


def _part(part: Json, values: Mapping[str, Any]) -> Json:
    if part["type"] == ROW:
        return {"type": ROW, "id": 1, "components": [_field(part["components"][0], values)]}
    if part["type"] == LABEL:
        return {"type": LABEL, "id": 1, "component": _field(part["component"], values)}
    return {"type": part["type"], "id": 1}


def _field(field: Json, values: Mapping[str, Any]) -> Json:
    name, kind = field["custom_id"], field["type"]
    about = {"type": kind, "id": 2, "custom_id": name}
    if kind == TEXT_INPUT:
        text = values.get(name, field.get("value") or "")
        if not isinstance(text, str):
            raise Impossible(f"{name!r} takes a text")
        least = field.get("min_length") or (1 if field.get("required", True) else 0)
        if (text or field.get("required", True)) and len(text) < least:
            raise Impossible(f"{name!r} takes {least} characters at least")
        if len(text) > (field.get("max_length") or 4000):
            raise Impossible(f"{name!r} takes fewer characters")
        return {**about, "value": text}
    if kind in SELECTS:
        return {**about, "values": picked(field, list(values.get(name, ())))}
    return {**about, "values": list(values.get(name, ()))}


def picked(select: Json, values: list[str]) -> list[str]:
    """Return what a person picked from a select.

    Raises:
        Impossible: when the select does not offer it.
    """
    offered = [option["value"] for option in select.get("options") or []]
    if offered and not set(values) <= set(offered):
        raise Impossible(f"{values} are not among {offered}")
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if not least <= len(values) <= most:
        raise Impossible(f"Between {least} and {most} values can be picked")
    return values
