"""What a person must do in an account before it matches the model: shown in each plan until it is done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from revops_iac.provider.kind import Kind
from revops_iac.provider.session import Session


def open_steps(session: Session[Any]) -> Iterator[str]:
    """The manual steps that are open, in the order of the program. Raises AccountError."""
    for kind, item in session.declared_kinds():
        if type(kind).manual_steps is Kind.manual_steps:
            continue
        live = session.find(kind, item.name)
        if live is not None:
            yield from kind.manual_steps(kind.typed(item), live)
