"""The scoring topic as formula fields: fit, engagement as it counts today, total, and whether a person is an MQL.

Every scoring entry compiles into the same fields: the first whose `applies_to` covers the record gives the points, as
in `revops_iac.model.scoring`. Blanks are treated as blanks, because under BlankAsZero an unknown number of employees
would be 0 and meet "below 50".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from salesforce_formula.parser import MAX_LENGTH
from salesforce_formula.size import MAX_COMPILED, expanded_size

from revops_iac.model import Model
from revops_iac.model.condition import Compare, FieldRef, Op
from revops_iac.model.scoring import CompanyScore, Decay, FitSignal, Scoring
from revops_salesforce.compiler.terms.conditions import Scope, both, either, formula, number
from revops_salesforce.compiler.terms.names import SYSTEM

COMPANY = "Account"
NEVER = "1000000"
"""A threshold that no score reaches."""


class TooLong(Exception):
    """A formula is beyond what Salesforce accepts. `message` names the figure."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class ScoreFormulas:
    """Formula texts of one object, by the field that holds each."""

    fit: str
    total: str
    ready: str


def score_formulas(model: Model, vendor_object: str) -> ScoreFormulas:
    """The formulas of all scoring entries together. Raises Unreachable and TooLong."""
    scope = Scope(model, vendor_object)
    fields = next(iter(model.scoring.values())).fields
    fit = fit_formula(model, scope)
    total = f"{scope.path(_ref(fields.fit))}+{engagement_formula(model, scope)}"
    ready = ready_formula(model, scope)
    for text in (fit, total, ready):
        _refuse_long(text, {scope.path(_ref(fields.fit)): fit} if text is not fit else {})
    return ScoreFormulas(fit, total, ready)


def fit_formula(model: Model, scope: Scope) -> str:
    """First true band of each signal plus the negative signals, within the limits of the entry that applies."""
    return by_entry(model, scope, lambda entry: _points(entry, entry.limits.fit, scope), "0")


def company_formula(model: Model) -> str:
    """The score of an Account by the entry that covers it. Raises Unreachable and TooLong."""
    scope = Scope(model, COMPANY)

    def score(entry: Scoring) -> str:
        return _points(entry.company, entry.company.limits, scope) if entry.company else "0"

    text = by_entry(model, scope, score, "0")
    _refuse_long(text, {})
    return text


def _points(scored: Scoring | CompanyScore, limits: Sequence[float], scope: Scope) -> str:
    points = [_signal(signal, scope) for signal in scored.fit.values()]
    points += [f"IF({formula(s.when, scope)},{number(s.points)},0)" for s in scored.negative.values()]
    low, high = limits
    return f"MAX({number(low)},MIN({number(high)},{'+'.join(points) or '0'}))"


def _signal(signal: FitSignal, scope: Scope) -> str:
    text = "0"
    for band in reversed(signal.bands):
        text = f"IF({formula(band.when, scope)},{number(band.points)},{text})"
    return text


def engagement_formula(model: Model, scope: Scope) -> str:
    """The stored engagement, less what time took from it where the score runs on Salesforce.

    Where it runs on another system the stored number has decayed there already, and a second decay would be wrong.
    """
    return by_entry(model, scope, lambda entry: _entry_engagement(model, entry, scope))


def _entry_engagement(model: Model, entry: Scoring, scope: Scope) -> str:
    stored, factor = stored_engagement(entry, scope), entry_factor(model, entry, scope)
    return f"{stored}*{factor}" if factor else stored


def stored_engagement(entry: Scoring, scope: Scope) -> str:
    """The engagement as it is stored; 0 where there is none."""
    return f"BLANKVALUE({scope.path(_ref(entry.fields.engagement))},0)"


def entry_factor(model: Model, entry: Scoring, scope: Scope) -> str | None:
    """What is left of the stored engagement; None where nothing takes from it here."""
    if entry.decay is None or entry.fields.last_engaged is None or not runs_here(model, entry.runs_on):
        return None
    reference = _ref(entry.fields.last_engaged)
    now = "NOW()" if scope.type(reference) == "datetime" else "TODAY()"
    return decay_factor(entry.decay, f"{now}-{scope.path(reference)}")


def decay_factor(decay: Decay, idle_days: str) -> str:
    """What is left of the engagement after some idle days; all of it where the last engagement is not known.

    Where its time of day is known a day is 24 hours, as on the other CRM; counted by dates it could decay a day early.

    The power stands in brackets, since Salesforce's own grammars disagree with others on how strongly `^` binds [S].
    """
    times = f"FLOOR(({idle_days}-{decay.after_days})/{decay.every_days})+1"
    kept = number(round(1 - decay.percent / 100, 6))
    return f"IF({idle_days}>={decay.after_days},({kept}^({times})),1)"


def ready_formula(model: Model, scope: Scope) -> str:
    """Fit and engagement both reached, or a high-intent action with enough fit.

    The fit field is named once per threshold, with the thresholds chosen inside, so that it is not put in place of its
    name once per entry and the compiled size stays small.
    """
    fields = next(iter(model.scoring.values())).fields
    fit, engagement = scope.path(_ref(fields.fit)), engagement_formula(model, scope)
    both_reached = both(
        [
            f"{fit}>={_threshold(model, scope, lambda entry: entry.thresholds.fit)}",
            f"{engagement}>={_threshold(model, scope, lambda entry: entry.thresholds.engagement)}",
        ]
    )
    high = _threshold(
        model, scope, lambda entry: entry.thresholds.high_intent_fit if entry.fields.high_intent else None
    )
    if fields.high_intent is None or high == NEVER:
        return both_reached
    return either([both_reached, both([scope.path(_ref(fields.high_intent)), f"{fit}>={high}"])])


def _threshold(model: Model, scope: Scope, of: Callable[[Scoring], float | None]) -> str:
    def text(entry: Scoring) -> str:
        at = of(entry)
        return NEVER if at is None else number(at)

    return by_entry(model, scope, text, NEVER)


def by_entry(model: Model, scope: Scope, text: Callable[[Scoring], str], otherwise: str | None = None) -> str:
    """The text of the first scoring entry that covers the record; `otherwise` where none does.

    Without `otherwise` the last entry stands for the records that none covers.
    """
    branches = [(_covers(model, entry, scope), text(entry)) for entry in model.scoring.values()]
    whole = next((place for place, (covers, _) in enumerate(branches) if covers == "TRUE"), None)
    if whole is not None:
        branches, otherwise = branches[:whole], branches[whole][1]
    elif otherwise is None:
        branches, otherwise = branches[:-1], branches[-1][1]
    return _chain(branches, otherwise)


def _chain(branches: Sequence[tuple[str, str]], otherwise: str) -> str:
    text = otherwise
    for covers, inside in reversed(branches):
        text = text if inside == text else f"IF({covers},{inside},{text})"
    return text


def _covers(model: Model, entry: Scoring, scope: Scope) -> str:
    """The `applies_to` filter on the person or company as a formula; TRUE where it names nothing."""
    parts, scored = [], "company" if scope.vendor_object == COMPANY else "contact"
    for key, values in entry.applies_to.items():
        reference = model.context.dimensions[key].field_on(scored)
        compare = Compare(reference, Op.ANY_OF, tuple(values)) if reference else None
        parts.append(formula(compare, scope) if compare else "FALSE")
    return both(parts)


def runs_here(model: Model, runs_on: str | None) -> bool:
    """Does this part of the model run on Salesforce? Without `runs_on` it runs on the source of truth."""
    systems = model.context.systems
    return (runs_on or systems.source_of_truth or next(iter(systems.managed), SYSTEM)) == SYSTEM


def _refuse_long(text: str, named: dict[str, str]) -> None:
    if len(text) > MAX_LENGTH:
        raise TooLong(f"the formula has {len(text):,} characters; the limit is {MAX_LENGTH:,}")
    size = expanded_size(text, named.get)
    if size > MAX_COMPILED:
        raise TooLong(f"the formula compiles to at least {size:,} bytes, Salesforce takes {MAX_COMPILED:,}")


def _ref(reference: str) -> FieldRef:
    return FieldRef(reference)
