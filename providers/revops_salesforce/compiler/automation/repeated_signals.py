"""Signals that take points, or count only when they happen several times within some days.

The earlier moments of such a signal are kept in fields of the person, the latest first. When it happens often enough
they are set back beyond the window, so the next count starts anew. A signal that takes points is no activity: it leaves
the day from which decay counts where it is, so what it leaves is stored as that day's number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from revops_iac.model.condition import FieldRef
from revops_iac.model.scoring import LEAST_KEPT, EngagementSignal, Scoring
from revops_salesforce.compiler.signal_moments import remembered_fields
from revops_salesforce.compiler.terms.compilation import Compilation
from revops_salesforce.compiler.terms.conditions import Scope, number
from revops_salesforce.compiler.terms.flows import Flow, Ref, Value
from revops_salesforce.compiler.terms.scoring import by_entry, entry_factor, stored_engagement


def often(compilation: Compilation, flow: Flow, key: str, scope: Scope) -> Ref:
    """A formula of the flow: whether the signal has now happened as often as the person's entry asks."""
    kept = _paths(compilation, key, scope)
    text = by_entry(
        compilation.model,
        scope,
        lambda entry: _is_often(entry.engagement[key], kept) if key in entry.engagement else "FALSE",
        "FALSE",
    )
    return flow.formula(f"Often_Of_{scope.vendor_object}", "Boolean", text)


def counted_moves(compilation: Compilation, flow: Flow, key: str, scope: Scope, is_often: Ref) -> dict[str, Value]:
    """The fields that the signal moves, by name: the score, the moment, high intent, and the remembered moments.

    They come in an order in which none is written before another one reads it.
    """
    moves = _Moves(compilation, flow, key, scope, f"{{!{is_often}}}")
    fields, names = next(iter(compilation.model.scoring.values())).fields, compilation.saving(scope.vendor_object)
    values: dict[str, Value] = {names.path(FieldRef(fields.engagement)): moves.score()}
    if fields.last_engaged:
        values[names.path(FieldRef(fields.last_engaged))] = moves.engaged(FieldRef(fields.last_engaged))
    if fields.high_intent and _shows_intent(compilation, key):
        values[names.path(FieldRef(fields.high_intent))] = moves.intent(FieldRef(fields.high_intent))
    kept = remembered_fields(compilation).get(key, [])
    for place in range(len(kept), 0, -1):
        values[kept[place - 1]] = moves.remembered(place)
    return values


@dataclass(frozen=True)
class _Moves:
    """The formulas of one signal in one flow; `often` is the text that says whether it counts now."""

    compilation: Compilation
    flow: Flow
    key: str
    scope: Scope
    often: str

    def _formula(self, name: str, kind: str, text: Callable[[Scoring, EngagementSignal], str], otherwise: str) -> Ref:
        whole = by_entry(
            self.compilation.model,
            self.scope,
            lambda entry: text(entry, entry.engagement[self.key]) if self.key in entry.engagement else otherwise,
            otherwise,
        )
        return self.flow.formula(f"{name}_Of_{self.scope.vendor_object}", kind, whole)

    def score(self) -> Ref:
        """The score to store, within the limits."""
        unchanged = stored_engagement(next(iter(self.compilation.model.scoring.values())), self.scope)
        return self._formula("New_Score", "Number", self._score, unchanged)

    def _score(self, entry: Scoring, signal: EngagementSignal) -> str:
        low, high = entry.limits.engagement
        factor = entry_factor(self.compilation.model, entry, self.scope)
        stored = stored_engagement(entry, self.scope)
        points = number(signal.points) if signal.times is None else f"IF({self.often},{number(signal.points)},0)"
        now = f"{stored}*{factor}+{points}" if factor else f"{stored}+{points}"
        if signal.points >= 0:
            return f"MIN({number(high)},{now})"
        lowered = f"MAX({number(low)},{now})"
        return f"{lowered}/MAX({factor},{number(LEAST_KEPT)})" if factor else lowered

    def engaged(self, reference: FieldRef) -> Ref:
        """When the person was last active: now, or as before where the signal takes points."""
        is_day, path = self.scope.type(reference) == "date", self.scope.path(reference)
        now = "TODAY()" if is_day else "NOW()"
        kind = "Date" if is_day else "DateTime"
        return self._formula("Engaged", kind, lambda _, signal: now if signal.points >= 0 else path, path)

    def intent(self, reference: FieldRef) -> Ref:
        """High intent: as before, and where the signal shows it."""
        path = self.scope.path(reference)
        shown = f"OR({path},{self.often})"
        return self._formula("Intent", "Boolean", lambda _, signal: shown if signal.high_intent else path, path)

    def remembered(self, place: int) -> Ref:
        """The moment at a place: the one before it, or beyond the window once the signal has counted."""
        paths = _paths(self.compilation, self.key, self.scope)
        earlier = "NOW()" if place == 1 else paths[place - 2]

        def moment(_: Scoring, signal: EngagementSignal) -> str:
            return f"IF({self.often},NOW()-{signal.within_days},{earlier})" if signal.times else earlier

        return self._formula(f"Before_{place}", "DateTime", moment, earlier)


def _paths(compilation: Compilation, key: str, scope: Scope) -> list[str]:
    """How the flow names the fields that keep the earlier moments."""
    return [scope.merge.format(name) for name in remembered_fields(compilation).get(key, [])]


def _is_often(signal: EngagementSignal, paths: list[str]) -> str:
    """The earliest moment that counts lies within the days; a signal that needs none always counts."""
    if signal.times is None:
        return "TRUE"
    earliest = paths[signal.remembered - 1]
    return f"AND(NOT(ISBLANK({earliest})),NOW()-{earliest}<{signal.within_days})"


def _shows_intent(compilation: Compilation, key: str) -> bool:
    entries = compilation.model.scoring.values()
    return any(key in entry.engagement and entry.engagement[key].high_intent for entry in entries)
