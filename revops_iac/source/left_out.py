"""What a model is read without: the entries with a mistake, so that all else is checked in the same run.

A mistake must not hide what is wrong elsewhere, and must not bring out what is wrong only because its entry is absent.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from revops_iac.diagnostics import Diagnostic, ModelPath
from revops_iac.model import Model
from revops_iac.model.references import Path, bare, key_of

MOST_ATTEMPTS = 8
"""How often a model is read again without the entries that are wrong."""
QUOTED = re.compile(r'"([^"]+)"')
INCOMPLETE = "the model is incomplete"
"""What a compiler says of a model that lacks what an automation needs."""
Check = Callable[[Model], Iterable[Diagnostic]]


@dataclass
class LeftOut:
    """The places of the model that were left out, and every key inside them."""

    places: list[Path] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    @property
    def topics(self) -> set[str]:
        """The topics of which something is left out."""
        return {str(place[0]) for place in self.places}

    @property
    def settings(self) -> set[str]:
        """The topics that lack something which is not inside an entry with a key, so that it counts for all of them."""
        return {str(place[0]) for place in self.places if not _is_in_entry(place)}

    def take(self, plain: dict[str, Any], place: Path) -> None:
        """Leaves out the innermost entry of a mapping that holds a place."""
        holder: Any = plain
        for depth, (key, following) in enumerate(zip(place, (*place[1:], None), strict=True), 1):
            inside = holder.get(key)
            if not isinstance(inside, dict) or following not in inside:
                gone = holder.pop(key, None)
                self.places.append(place[:depth])
                named = isinstance(gone, dict | list) or get_origin(_holders(place[:depth])[-1]) is dict
                self.keys |= {str(key), *_keys(gone)} if named else set()
                return
            holder = inside

    def is_about(self, place: Path) -> bool:
        """Whether something was left out at a place, in it, or around it."""
        return bool(place) and any(place[: len(one)] == one or one[: len(place)] == place for one in self.places)

    def brings_out(self, diagnostic: Diagnostic) -> bool:
        """Whether entries disagree only since something was left out: at their place, or what the message names."""
        places = [at.keys for at in (diagnostic.location, *diagnostic.related) if isinstance(at, ModelPath)]
        if any(map(self.is_about, places)):
            return True
        return any(part in self.keys for name in QUOTED.findall(diagnostic.message) for part in name.split("."))

    def hides(self, diagnostic: Diagnostic, place: Path, *, topic: bool = False) -> bool:
        """Whether a diagnostic may come from what was left out.

        So it may where it is about the same place (with `topic`, the same topic), or speaks of it.
        """
        if place and topic and str(place[0]) in self.topics:
            return True
        if self.is_about(place):
            return True
        tails = [".".join(map(str, one[-2:])) for one in self.places]
        if (self.places and INCOMPLETE in diagnostic.message) or any(tail in diagnostic.fix for tail in tails):
            return True
        spoken = set(re.findall(r"\w+", diagnostic.message))
        named = {part for name in QUOTED.findall(diagnostic.message) for part in (name, *name.split("."))}
        return bool(spoken & self.topics or named & {str(key) for one in self.places for key in one[1:]})


def formed(plain: Mapping[str, Any], left_out: LeftOut) -> tuple[Model | None, dict[str, Any], ValidationError | None]:
    """The model without the entries whose form is wrong, what it was read from, and the first error.

    The model is None where too little is left.
    """
    rest, first = dict(plain), None
    for _ in range(MOST_ATTEMPTS):
        try:
            return Model.model_validate(rest), rest, first
        except ValidationError as error:
            if first is None:
                rest, first = copy.deepcopy(rest), error
            for details in error.errors(include_url=False):
                is_missing = details["type"] == "missing"
                left_out.take(rest, tuple(details["loc"])[:-1] if is_missing else tuple(details["loc"]))
    return None, rest, first


def consistent(rest: dict[str, Any], left_out: LeftOut, find: Check) -> Model | None:
    """The model without what refers to something that is not there; None where too little is left."""
    for _ in range(MOST_ATTEMPTS):
        model, rest, _error = formed(rest, left_out)
        if model is None:
            return None
        places = [one.location.keys for one in find(model) if isinstance(one.location, ModelPath)]
        if not places:
            return model
        rest = copy.deepcopy(rest)
        for place in places:
            left_out.take(rest, place)
    return None


def _is_in_entry(place: Path) -> bool:
    """Whether a place lies in an entry of a mapping, such as a stage or a rule.

    >>> _is_in_entry(("lifecycle", "field")), _is_in_entry(("lifecycle", "stages", "mql", "label"))
    (False, True)
    """
    return any(get_origin(hint) is dict for hint in _holders(place))


def _holders(place: Path) -> list[Any]:
    """The type that holds each key of a place, as far as the model says it."""
    hint: Any = Model
    found: list[Any] = []
    for key in place:
        found.append(hint)
        if isinstance(hint, type) and issubclass(hint, BaseModel):
            fields = {key_of(name, info): info.annotation for name, info in hint.model_fields.items()}
            hint, _ = bare(fields.get(str(key)), ())
        else:
            hint, _ = bare((get_args(hint) or (None,))[-1], ())
    return found


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(map(str, value)).union(*map(_keys, value.values()))
    return set[str]().union(*map(_keys, value)) if isinstance(value, list) else set()
