"""One record of an account, read for an explanation: the same question to every CRM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

RecordObject = Literal["contact", "deal"]
OWNER = "owner"
VendorNames = Mapping[str, Sequence[str]]
"""Field of the model (`object.key`) -> its names in the CRM, `object.field` or the field alone where it is standard."""


@dataclass(frozen=True)
class Edit:
    """The last change of a value: when, by whom (a login) or what, how as far as it is known, and the value before."""

    at: datetime
    by: str
    how: Literal["manual", "as user", "automatic"]
    """`manual` in the CRM itself; `as user` in a person's name: manually, by a tool, or by what their save started."""
    before: Any = None


@dataclass(frozen=True)
class FoundRecord:
    """A record as an account holds it: what it is there, when it last changed, and its values by field of the model.

    `owner` is the login of the owner, or the name of a queue. `note` says where the values are not those of the moment
    that was asked for. `edits` are by field of the model, where the account keeps a history; that of the owner is
    under OWNER.
    """

    shown: str
    changed: datetime | None
    values: Mapping[str, Any]
    owner: str | None
    note: str = ""
    edits: Mapping[str, Edit] = field(default_factory=dict)


class RecordReader(Protocol):
    """How to read one record of an account; makes no write."""

    def __call__(
        self, client: Any, object_name: RecordObject, who: str, names: VendorNames, at: datetime | None = None
    ) -> FoundRecord | None:
        """The record with this e-mail address or id, None when there is none; as it was `at` a moment, where the
        account keeps a history. Raises AccountError."""
