"""The JSON Schema of model and overlay files, for editors."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from revops_iac.model import Model, known_systems

DIALECT = "https://json-schema.org/draft/2020-12/schema"
RAW_SECTION = {
    "type": ["object", "null"],
    "description": "Raw resources: kind -> vendor name, verbatim -> inputs.",
    "additionalProperties": {"type": "object", "additionalProperties": {"type": "object"}},
}
REMOVAL = {"const": True, "description": "Removes the entry in this environment."}


def json_schema() -> dict[str, Any]:
    """The schema of a file under stacks/model/: any topics, all optional, and the raw sections."""
    return deepcopy(_json_schema())


@cache
def _json_schema() -> dict[str, Any]:
    schema = Model.model_json_schema(by_alias=True)
    sections: dict[str, Any] = schema["properties"]
    del sections["raw_sections"]
    for name, topic in sections.items():
        sections[name] = {"anyOf": [topic, {"type": "null"}], "description": f"The topic {name}."}
    sections.update(dict.fromkeys(known_systems(), RAW_SECTION))
    extra = {"^x-": {"description": "A place for anchors (&), which other keys repeat (*); it is not read itself."}}
    schema = {**schema, "patternProperties": extra}
    return {"$schema": DIALECT, **schema, "title": "Revenue model", "description": "Topics of the revenue model."}


def overlay_json_schema() -> dict[str, Any]:
    """The schema of a file under stacks/overlays/: nothing is required, and `remove: true` is allowed."""
    schema = json_schema()
    for entry in schema["$defs"].values():
        entry.pop("required", None)
        entry.get("properties", {})["remove"] = REMOVAL
    return {**schema, "title": "Overlay", "description": "What differs in one environment."}


def render(schema: dict[str, Any]) -> str:
    """The schema as text, the same for the same schema."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


@cache
def schema_files() -> Mapping[str, str]:
    """The text of each schema's file by its path in a folder of stacks."""
    schemas = {"model": json_schema(), "overlays": overlay_json_schema()}
    return {f"{name}/.schema.json": render(schema) for name, schema in schemas.items()}


def main() -> None:
    """Writes the schemas into `model` and `overlays` of a folder: `python -m revops_iac.source.json_schema stacks`."""
    for path, text in schema_files().items():
        (Path(sys.argv[1]) / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
