"""What a resource depends on, in the program and in the account, one reference after the other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from revops_iac.errors import AccountError, AuthorError, SessionError
from revops_iac.provider.kind import DesiredResource, Inputs
from revops_iac.provider.session import Session

ObjectKey = tuple[str, str]
"""A kind's name and a vendor name."""


@dataclass(frozen=True)
class Needs:
    """Whose dependencies are needed: resources of the program, and objects of the account by vendor name."""

    resources: tuple[DesiredResource, ...] = ()
    names: tuple[str, ...] = ()


def needed(session: Session[Any], desired: Sequence[DesiredResource], roots: Collection[ObjectKey]) -> set[ObjectKey]:
    """The roots and all that they need. Raises SessionError where the account does not answer."""
    program = {(item.kind, item.name): item for item in desired}
    found, waiting = {*roots}, [*roots]
    while waiting:
        key = waiting.pop()
        kind = session.system.kinds.get(key[0])
        inputs = None if kind is None else _inputs(session, program.get(key), key)
        references = () if kind is None or inputs is None else kind.references(inputs)
        new = {(one.kind, one.name) for one in references} - found
        found |= new
        waiting += new
    return found


def _inputs(session: Session[Any], item: DesiredResource | None, key: ObjectKey) -> Inputs | None:
    """The inputs of the program, else those of the account; None where it does not show them."""
    kind = session.system.kinds[key[0]]
    if item is not None:
        declared: Inputs = kind.typed(item)
        return declared
    try:
        live = session.find(kind, key[1])
    except SessionError:
        raise
    except (AccountError, AuthorError):
        return None  # reported with the object itself, when it is read for adoption
    return None if live is None else kind.inputs.load({k: v for k, v in live.definition.items() if v is not None})
