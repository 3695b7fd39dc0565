"""Engagement signals and decay from the workflows that move a score, as the compiler writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from revops_hubspot.compiler.automations.engagement import LATEST_FORM
from revops_hubspot.compiler.terms.names import Names
from revops_hubspot.filters.lexer import FilterError
from revops_hubspot.filters.parser import parse
from revops_hubspot.filters.phrases import EVENTS
from revops_hubspot.filters.tree import Changed, Event, Test
from revops_hubspot.lifting.filters import operation_of, parts_of
from revops_hubspot.lifting.terms import Terms
from revops_iac.provider.lifting import Unsayable, key_of
from revops_iac.provider.live_object import Definition

LOST = re.compile(r"loses ([\d.]+)% after")
_Named = tuple[str, Definition]
"""What a workflow is called behind its title, and its inputs."""
Steps = Sequence[Mapping[str, Any]]


@dataclass
class Engagement:
    """What workflows do to the score in a property, for the scoring entries in their order."""

    terms: Terms
    score: str
    entries: Mapping[str, Definition]

    def read(self) -> None:
        """Adds signals and decay to the entries; first the signals of all entries, since these name them."""
        names, signals, decays = Names(self.terms.model), list[_Named](), list[_Named]()
        for inputs in self.terms.raw.get("Workflow", {}).values():
            for title, found in (("Engagement: ", signals), ("Engagement decay: ", decays)):
                begins = names.title(title)
                if inputs["object"] == "contacts" and str(inputs["name"]).startswith(begins):
                    found.append((str(inputs["name"]).removeprefix(begins), inputs))
        signals.sort(key=lambda one: -str(one[1].get("steps")).count("'increment'"))
        for read, found in ((self._signal, signals), (self._decay, decays)):
            for label, inputs in found:
                with suppress(Unsayable, FilterError, KeyError):
                    read(label, inputs)
        fields = {role: name for entry in self.entries.values() for role, name in entry["fields"].items()}
        for entry in self.entries.values():
            entry["fields"] = fields

    def _signal(self, label: str, inputs: Definition) -> None:
        """A signal: what happens, and the points that each entry gives for it."""
        match inputs:
            case {"enroll": {"events": [str(event)]}, "steps": [{"branch": {"cases": [*cases]}}]}:
                source = self._source(parse(event))
            case _:
                raise Unsayable("no event enrolls records, or it gives points in another way")
        key, given = key_of(label), list(self._given(cases))
        for entry, case in given:
            points, key = self._points(entry, case["steps"], key)
            entry["label"] = case["name"]
            signal = {"label": label, **points, "sources": {self.terms.system: source}}
            entry.setdefault("engagement", {})[key] = signal

    def _given(self, cases: Steps) -> Iterator[tuple[Definition, Mapping[str, Any]]]:
        """Each way with the entry whose records take it: by its place, or by the label that was found before."""
        if len(cases) == len(self.entries):
            yield from zip(self.entries.values(), cases, strict=True)
            return
        known = {entry["label"]: entry for entry in self.entries.values()}
        yield from ((known[case["name"]], case) for case in cases)

    def _source(self, event: object) -> Definition:
        match event:
            case Changed(name, None):
                return self._field(name)
            case Changed(name, Test(_, {"operator": "CONTAINS", "values": [value]})) if name == LATEST_FORM:
                return {"form": value}
            case Event(kind, True, (Test(_, {"values": [name]}),), None, None) if kind == EVENTS["property_changed"]:
                return self._field(name)
            case Event(kind, True, (_, Test(_, {"operator": "CONTAINS", "values": [value]})), None, None) if (
                kind == EVENTS["property_changed"]
            ):
                return {"form": value}
            case Event(kind, True, (Test(_, {"operator": "CONTAINS", "values": [value]}),), None, None) if (
                kind == EVENTS["page_visited"]
            ):
                return {"page": value}
            case Event(kind, True, (), None, None):
                return {"event": kind}
        raise Unsayable("the event is no source that a signal has words for")

    def _field(self, name: str) -> Definition:
        return {"field": str(self.terms.field(name)[0])}

    def _points(self, entry: Definition, steps: Steps, key: str) -> tuple[Definition, str]:
        """What a signal gives, and its key, which the properties that remember it are named after."""
        match steps:
            case [{"branch": {"cases": [{"when": when, "steps": [*often]}], "otherwise": {"steps": [*remember]}}}]:
                _, operation = operation_of(parse(when))
                kept = [one["set"]["property"] for one in often if one.get("set", {}).get("to") == "0"]
                stem = kept[0].removeprefix(self.terms.model.context.name_prefix).removesuffix("_before_1")
                times = {"times": len(kept) + 1, "within_days": operation["numberOfDays"]}
                self._note_activity(entry, remember, kept)
                rest = [one for one in often if one.get("set", {}).get("property") not in kept]
                return {**self._points(entry, rest, stem)[0], **times}, stem
            case [{"increment": {"property": score, **by}}, *rest] if score == self.score:
                points = float(str(by.get("by", 1)))
                points = int(points) if points.is_integer() else points
                flags = [one for one in rest if one.get("set", {}).get("to") == "true"]
                if flags:
                    entry["fields"]["high_intent"] = str(self.terms.field(flags[0]["set"]["property"])[0])
                self._note_activity(entry, rest, [])
                self._note_limit(entry, rest[-1], points)
                return {"points": points, **({"high_intent": True} if flags else {})}, key
        raise Unsayable("it gives points in another way")

    def _note_activity(self, entry: Definition, steps: Steps, kept: Sequence[str]) -> None:
        for step in steps:
            match step:
                case {"set": {"property": name, "to_now": True}} if name not in kept:
                    entry["fields"]["last_engaged"] = str(self.terms.field(name)[0])

    def _note_limit(self, entry: Definition, step: Mapping[str, Any], points: float) -> None:
        _, operation = operation_of(parse(step["branch"]["cases"][0]["when"]))
        limits = entry["limits"].setdefault("engagement", [0, 100])
        limits[1 if points >= 0 else 0] = operation["value"]

    def _decay(self, label: str, inputs: Definition) -> None:
        """The decay of one entry: after how many days, how often, and how much, which only its description says."""
        lost = LOST.search(str(inputs.get("description")))
        match inputs:
            case {"enroll": {"when": when}, "steps": [{"copy": _}, {"delay": waits}, _]} if lost:
                tests = parts_of(parse(when))
            case _:
                raise Unsayable("it loses points in another way")
        entry = self._entry_of(label)
        for name, operation in map(operation_of, tests):
            if operation.get("operator") == "IS_MORE_THAN_X_DAYS_AGO":
                entry["fields"]["last_engaged"] = str(self.terms.field(name)[0])
                percent = float(lost[1])
                entry["decay"] = {
                    "after_days": operation["numberOfDays"],
                    "percent": int(percent) if percent.is_integer() else percent,
                    "every_days": int(str(waits).removesuffix("s").removesuffix(" day")),
                }
            elif name == self.score:
                entry["limits"].setdefault("engagement", [0, 100])[0] = operation["value"]

    def _entry_of(self, label: str) -> Definition:
        """The entry of a label; an only one is called so."""
        if len(self.entries) == 1:
            (entry,) = self.entries.values()
            entry["label"] = label
        found = next((one for one in self.entries.values() if one["label"] == label), None)
        if found is None:
            raise Unsayable(f'no entry is called "{label}"')
        return found
