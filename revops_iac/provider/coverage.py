"""How a CRM can meet each kind of requirement of the revenue process, and the compiled resources that prove it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

Status = Literal["enforced", "automated", "monitored", "manual", "elsewhere"]
"""`elsewhere`: another CRM of the model meets it."""
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True)
class Answer:
    """One way to meet a requirement. It holds where each pattern of `by` names a resource that was compiled.

    A pattern is a resource type and a key, with `*` for anything and `{stage}` for a key of the requirement, and an
    input that must hold something, if any: `ValidationRule Lead.lifecycle_{stage}`. `how` may name `{names}`, the
    resources of the first pattern, and figures.
    """

    status: Status
    how: str
    by: tuple[str, ...] = ()


Answers = Mapping[str, tuple[Answer, ...]]
"""Kind of requirement -> the answers of one CRM, the strongest first."""


@dataclass(frozen=True)
class ManualStep:
    """What a person sets because no API does.

    `where` is the menu path in the words of the CRM, `origin` the model path behind it.
    """

    title: str
    where: str
    actions: tuple[str, ...]
    check: str
    origin: tuple[str, ...]


@cache
def answers_of(package: str) -> Answers:
    """The answers of a provider package, from its `coverage.yaml`."""
    text = (files(package) / "coverage.yaml").read_text(encoding="utf-8")
    return answers(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def answers(plain: Mapping[str, list[Mapping[str, Any]]]) -> Answers:
    """The answers of a table, `{kind: [{enforced: how, by: pattern or patterns}]}`."""
    return {kind: tuple(_answer(one) for one in listed) for kind, listed in plain.items()}


def _answer(entry: Mapping[str, Any]) -> Answer:
    status = next(one for one in STATUSES if one in entry)
    by = entry.get("by", [])
    return Answer(status, " ".join(str(entry[status]).split()), (by,) if isinstance(by, str) else tuple(by))
