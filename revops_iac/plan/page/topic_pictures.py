"""Pictures of what changes, before and after: the routing tree, and the workflow with what it leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from revops_iac.documents.graph import Graph
from revops_iac.documents.process import Process
from revops_iac.documents.standing import automation, routing
from revops_iac.model import Model
from revops_iac.plan.model_changes import ModelChange
from revops_iac.plan.model_words import Words
from revops_iac.source.load import Loaded

Draw = Callable[[Process, str], Graph | None]


@dataclass(frozen=True)
class PicturePair:
    """One entry before and after; None where there was none, or is none any more."""

    title: str
    before: Graph | None
    after: Graph | None


def pictures(topic: str, changes: Sequence[ModelChange], olds: Words, news: Words) -> Iterator[PicturePair]:
    """The pictures of a topic that change; none where another release wrote the model."""
    drawn: Mapping[str, tuple[int, Draw]] = {"routing": (2, _routing), "automation": (3, _workflow)}
    if topic not in drawn:
        return
    size, draw = drawn[topic]
    entries = [change.path[:size] for change in changes if len(change.path) >= size]
    before, after = _process(olds), _process(news)
    for path in dict.fromkeys(entries):
        pair = [draw(one, str(path[-1])) if one is not None else None for one in (before, after)]
        if pair[0] != pair[1]:
            side = news if news.at(path) is not None else olds
            old, new = (
                replace(graph, name=f"{when}-{graph.name}") if graph is not None else None
                for when, graph in zip(("before", "after"), pair, strict=True)
            )
            yield PicturePair(side.name(path), old, new)


def _process(side: Words) -> Process | None:
    try:
        model = Model.model_validate(dict(side.topics))
    except ValidationError:
        return None
    return Process("", Loaded(model, None, (), {}), (), ())


def _routing(process: Process, key: str) -> Graph | None:
    found = process.model.routing.get(key)
    return routing.picture(process, key, found) if found is not None else None


def _workflow(process: Process, key: str) -> Graph | None:
    found: Any = process.model.automation.workflows.get(key) if process.model.automation else None
    return automation.picture(process, key, found) if found is not None else None


def both(pair: PicturePair) -> Iterable[tuple[str, Graph]]:
    """What there is of a pair, each with the word for when."""
    return [(when, graph) for when, graph in (("Before", pair.before), ("After", pair.after)) if graph is not None]
