"""Removals that look like renames: a new key without `was` deletes one object and creates another like it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from revops_iac.diagnostics import Diagnostic
from revops_iac.provider.session import Session
from revops_iac.state.source_map import lines_of

SHOWN_NAMES = ("label", "name")
"""Inputs that people know an object by."""


def possible_renames(session: Session[Any], before: str, declared: str) -> Iterator[Diagnostic]:
    """A warning for each object that goes while one of its kind and label comes; `before` and `declared` are the texts.

    Raises AccountError.
    """
    known = lines_of(before)
    removed = sorted(known - lines_of(declared))
    for kind, item in session.declared_kinds():
        if f"{item.kind} {item.name}" in known:
            continue
        for line in removed:
            old_kind, _, old_name = line.partition(" ")
            live = session.find(kind, old_name) if old_kind == item.kind else None
            shown = next((item.inputs[key] for key in SHOWN_NAMES if item.inputs.get(key)), None)
            if live is None or live.definition.get("object") != item.inputs.get("object"):
                continue
            if shown in (live.definition.get(key) for key in SHOWN_NAMES):
                yield Diagnostic(
                    f'{session.system.label} {item.kind} "{old_name}"',
                    f'is removed, and "{item.name}" with the same label "{shown}" is created',
                    "if it is a rename, add was: with the old key to the entry, and vendor_name: with the old name",
                    location=item.position,
                )
