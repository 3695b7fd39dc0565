"""The model with a figure changed, for one answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml
from pydantic import ValidationError

from revops_iac.diagnostics import suggest
from revops_iac.errors import AuthorError
from revops_iac.model import TOPICS, Model

THRESHOLDS = ("fit", "engagement", "high_intent_fit")


def what_if(model: Model, changes: Sequence[str]) -> Model:
    """The model with changes such as `engagement=45` (a threshold of every scoring) or `routing.a.fallback.owner=b`.

    Raises AuthorError when a change is no `name=value`, names nothing, or is not allowed there.
    """
    plain = model.model_dump(mode="json", by_alias=True, exclude_unset=True)
    for change in changes:
        name, sign, text = change.partition("=")
        if not sign or not name.strip():
            raise AuthorError(f'--what-if "{change}": must be name=value', "for instance engagement=45")
        for path in _paths(model, name.strip()):
            _set(plain, path, yaml.safe_load(text), change)
    try:
        return Model.model_validate(plain)
    except ValidationError as error:
        message = error.errors(include_url=False)[0]["msg"]
        raise AuthorError(f"--what-if: the model does not allow that: {message}", "check the value") from None


def _paths(model: Model, name: str) -> list[list[str]]:
    if name in THRESHOLDS:
        return [["scoring", key, "thresholds", name] for key in model.scoring]
    if name.partition(".")[0] in TOPICS:
        return [name.split(".")]
    raise AuthorError(f'--what-if: "{name}" is not part of the model', suggest(name, [*THRESHOLDS, *TOPICS]))


def _set(plain: dict[str, Any], path: list[str], value: Any, change: str) -> None:
    holder: Any = plain
    for key in path[:-1]:
        holder = holder.setdefault(key, {}) if isinstance(holder, dict) else _item(holder, key)
    if not isinstance(holder, dict):
        raise AuthorError(f'--what-if "{change}": leads to nothing that can be changed', "name a key of the model")
    holder[path[-1]] = value


def _item(holder: Any, key: str) -> Any:
    if isinstance(holder, list) and key.isdigit() and int(key) < len(holder):
        return holder[int(key)]
    raise AuthorError(f'--what-if: "{key}" leads to nothing', "name a key of the model")
