"""What raw resources of a CRM are in the model's words: proposals, which the engine proves before it makes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from revops_iac.model import Model
from revops_iac.model.condition import FieldRef
from revops_iac.provider.live_object import Definition
from revops_iac.provider.session import Session

Raw = Mapping[str, Mapping[str, Definition]]
"""The raw section of a system: inputs by kind and vendor name."""
KEY_LENGTH = 32


WITHIN: Mapping[str, tuple[str, ...]] = {"automation": ("workflows",)}
"""Topic -> where its entries stand in it; others hold them at their top."""


@dataclass(frozen=True)
class Proposal:
    """An entry of a topic, as YAML. The raw resources that the model declares with it go when it comes.

    `key` is empty where the entry is the topic as a whole, as the lifecycle is and all scoring entries together.
    """

    topic: str
    key: str
    entry: Definition
    also: Definition = field(default_factory=dict)
    """What it names of other topics, or of its own, by topic: `{people: {queues: …}}`."""
    guessed: frozenset[str] = frozenset()
    """Keys that the CRM itself does not say: what another CRM says of them counts."""

    @property
    def whole(self) -> Definition:
        """All that it adds to the model, by topic."""
        return joined(placed(path_of(self.topic, self.key), self.entry), self.also)


@dataclass(frozen=True)
class NotLifted:
    """Something raw that looks like an entry of a topic, and why it stays raw."""

    topic: str
    subject: str
    reason: str


@dataclass(frozen=True)
class FieldBinding:
    """The vendor's field, or vendor object -> field, that holds a field of the model, should an entry name that."""

    reference: FieldRef
    vendor_field: str | dict[str, str]


class Unsayable(Exception):
    """The topic has no words for it; the text says for what."""


Lift = Callable[[Session[Any], Model], Iterable[Proposal | NotLifted | FieldBinding]]
"""Proposes entries for the raw resources of a system in a model; may read the account, and never writes."""


def path_of(topic: str, key: str) -> tuple[str, ...]:
    """Where an entry stands in the model; without a key it is its topic as a whole."""
    return (topic, *WITHIN.get(topic, ()), *([key] if key else []))


def placed(path: Sequence[str], content: Definition) -> Definition:
    """A model that has nothing but this at a path."""
    for key in reversed(path):
        content = {key: content}
    return content


def joined(first: Definition, second: Definition) -> Definition:
    """Two mappings as one, key by key; where both say something else the first one counts."""
    made = dict(first)
    for key, value in second.items():
        is_both = isinstance(value, dict) and isinstance(made.get(key), dict)
        made[key] = joined(made[key], value) if is_both and is_alike(made[key], value) else made.get(key, value)
    return made


def is_alike(first: Definition, second: Definition) -> bool:
    """Not where one binds a field that the other makes."""
    return ("standard" in first) == ("standard" in second)


def with_proposals(model: Model, proposals: Iterable[Proposal]) -> Model:
    """The model as it would be with these; one that does not fit into it is left out."""
    plain = model.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"raw_sections"})
    for one in proposals:
        made = joined(plain, one.whole)
        try:
            Model.model_validate(made)
        except ValidationError:
            continue
        plain = made
    return Model.model_validate(plain).model_copy(update={"raw_sections": model.raw_sections})


def key_of(label: str, taken: Collection[str] = ()) -> str:
    """A key of the model for a label: its words, in small letters.

    >>> key_of("Closed won (EU)"), key_of("2nd call"), key_of("Neu", ["neu"]), key_of("🙂")
    ('closed_won_eu', 'x2nd_call', 'neu_2', 'x')
    """
    words = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
    key = (words if words[:1].isalpha() else f"x{words}")[:KEY_LENGTH].rstrip("_")
    number = 1
    found = key
    while found in taken:
        number += 1
        found = f"{key[: KEY_LENGTH - len(str(number)) - 1]}_{number}"
    return found
