"""What a person sets in a CRM because no API does: where, what, and how to see that it worked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ManualStep:
    """One thing to set: `where` is the menu path in the words of the CRM, `origin` the model path behind it."""

    title: str
    where: str
    actions: tuple[str, ...]
    check: str
    origin: tuple[str, ...]
