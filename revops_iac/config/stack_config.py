"""The stacks of a folder and their plain config, read without Pulumi."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from revops_iac.config.settings import REVOPS_KEYS, unknown_keys
from revops_iac.diagnostics import suggest
from revops_iac.errors import AuthorError


def stacks_of(folder: Path) -> list[str]:
    """The stacks that have a config file in `folder`, by name."""
    return sorted(path.stem.removeprefix("Pulumi.") for path in folder.glob("Pulumi.*.yaml"))


def read_stack_config(folder: Path, stack: str) -> Mapping[str, Any]:
    """The plain values of `Pulumi.<stack>.yaml`; secrets stay unread. Raises AuthorError when there is no such file."""
    path = folder / f"Pulumi.{stack}.yaml"
    if not path.exists():
        known = ", ".join(stacks_of(folder)) or "none"
        raise AuthorError(f'stack "{stack}": {path} does not exist', f"one of {known}, or pulumi stack init {stack}")
    values = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("config") or {}
    config = {key: value for key, value in values.items() if not isinstance(value, dict)}
    if unknown := unknown_keys(config):
        allowed = [f"revops:{key}" for key in REVOPS_KEYS]
        raise AuthorError(f'{path}: "{unknown[0]}" is not a key', suggest(unknown[0], allowed))
    return config
