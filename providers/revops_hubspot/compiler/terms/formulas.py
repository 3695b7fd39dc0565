"""Conditions and scores as calculation formulas, in HubSpot's own grammar.

https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide, "Calculation properties" [D]. A formula must
equal the model evaluated in Python on every record, so what the grammar cannot say exactly is refused:

- a comparison with an unknown value is false in the model, so every comparison is guarded by `is_present`;
- texts compare without regard to case in the model, and HubSpot does not say whether its formulas do [?], so texts are
  compared only where case cannot matter: options of a picklist, e-mail addresses and their domains (stored in lower
  case [K]), and texts without letters;
- `contains` is the only search inside a text, so the ends of a text are marked before looking for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from revops_hubspot.compiler.terms.names import Names
from revops_hubspot.formulas.printer import render
from revops_hubspot.formulas.tree import (
    FALSE,
    TRUE,
    Binary,
    Call,
    Formula,
    Property,
    Text,
    all_of,
    any_of,
    choice,
    number,
    opposite,
    present,
    total,
)
from revops_iac.diagnostics import Diagnostic, model_error
from revops_iac.model.condition import (
    ORDERINGS,
    RANGES,
    And,
    Compare,
    CompareFields,
    Condition,
    FieldRef,
    Not,
    Op,
    Or,
    Scalar,
)
from revops_iac.model.entry import AppliesTo
from revops_iac.model.references import Path
from revops_iac.model.scoring import CompanyScore, FitSignal, Scoring
from revops_iac.provider.declaration import CannotCompile

EDGE = "<|>"
"""Marks the ends of a text. A value that holds the mark, followed by what is searched for, would be misread."""
LOWER_CASE_PROPERTIES = frozenset({"email", "hs_email_domain"})
"""Properties that HubSpot stores in lower case [K]."""
NUMBERS = frozenset({"number", "currency", "percent"})
TEXTS = frozenset({"text", "long_text", "email", "phone", "url"})
ZERO = number(0)


@dataclass(frozen=True)
class Formulas:
    """Formulas for properties of one object. What cannot be expressed is collected in `diagnostics`."""

    names: Names
    object: str = "contact"
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def condition(self, condition: Condition, path: Path) -> Formula:
        """The condition as an expression, never empty whatever the record holds; `path` is where it is written."""
        match condition:
            case And(parts):
                return all_of([self.condition(part, path) for part in parts])
            case Or(parts):
                return any_of([self.condition(part, path) for part in parts])
            case Not(part):
                return opposite(self.condition(part, path))
            case Compare() | CompareFields():
                return self._comparison(condition, path)
        raise TypeError(type(condition))

    def _comparison(self, comparison: Compare | CompareFields, path: Path) -> Formula:
        try:
            if isinstance(comparison, CompareFields):
                return self._pair(comparison)
            return _Comparison(self.names, self.object, comparison).expression()
        except _Unsaid as error:
            self.diagnostics.append(model_error(path, f'"{comparison.render()}" {error}', error.fix))
        except CannotCompile as error:
            self.diagnostics.extend(model_error(path, item.message, item.fix) for item in error.diagnostics)
        return FALSE

    def _pair(self, comparison: CompareFields) -> Formula:
        """Two numbers of the record, both known."""
        names = [_own_property(self.names, self.object, reference) for reference in comparison.compared]
        if not {self.names.field(reference).type for reference in comparison.compared} <= NUMBERS:
            fix = "compare numbers; two dates are compared with < or > in a segment or workflow"
            raise _Unsaid("cannot be calculated: HubSpot formulas compare two fields that hold numbers", fix)
        return all_of([*map(present, names), _two_numbers(comparison.op, *map(Property, names))])

    def applies(self, applies_to: AppliesTo, path: Path) -> Formula:
        """Whether the record holds one of the values in every dimension that the filter names."""
        dimensions = self.names.model.context.dimensions
        live = {key: dimensions[key].field_on(self.object) for key in applies_to}
        return all_of(
            self.condition(Compare(reference, Op.ANY_OF, tuple(applies_to[key])), (*path, "applies_to", key))
            if (reference := live[key])
            else FALSE
            for key in applies_to
        )

    def by_entry(self, value: Callable[[str, Scoring], Formula], otherwise: Formula) -> Formula:
        """The value of the first scoring entry that applies to the record."""
        cases: list[tuple[Formula, Formula]] = []
        for key, entry in self.names.model.scoring.items():
            applies = self.applies(entry.applies_to, ("scoring", key))
            if applies == TRUE:
                return choice(cases, value(key, entry))
            cases.append((applies, value(key, entry)))
        return choice(cases, otherwise)

    def fit(self) -> str:
        """The fit score: bands and negative signals of the entry that applies, inside its limits."""
        return render(self.by_entry(self._fit, ZERO))

    def _fit(self, key: str, entry: Scoring) -> Formula:
        return self._points(entry, entry.limits.fit, ("scoring", key))

    def company(self) -> str:
        """The score of a company by the entry that applies; for formulas on the company."""
        return render(self.by_entry(self._company, ZERO))

    def _company(self, key: str, entry: Scoring) -> Formula:
        company = entry.company
        return self._points(company, company.limits, ("scoring", key, "company")) if company else ZERO

    def _points(self, scored: Scoring | CompanyScore, limits: Sequence[float], path: Path) -> Formula:
        terms = [self._signal(signal, (*path, "fit", name)) for name, signal in scored.fit.items()]
        terms += [
            choice([(self.condition(signal.when, (*path, "negative", name, "when")), number(signal.points))], ZERO)
            for name, signal in scored.negative.items()
        ]
        low, high = limits
        return Call("max", (number(low), Call("min", (number(high), total(terms)))))

    def _signal(self, signal: FitSignal, path: Path) -> Formula:
        cases = [
            (self.condition(band.when, (*path, "bands", index, "when")), number(band.points))
            for index, band in enumerate(signal.bands)
        ]
        return choice(cases, ZERO)

    def total(self) -> str:
        """Fit plus engagement, read from their properties; where there is none yet it counts 0."""
        fields = next(iter(self.names.model.scoring.values())).fields
        stored = [self.names.property(reference) for reference in (fields.fit, fields.engagement)]
        return render(total([choice([(present(name), Property(name))], ZERO) for name in stored]))

    def after_decay(self) -> str:
        """What is left of the engagement after one decay, inside its limits."""
        fields = next(iter(self.names.model.scoring.values())).fields
        name = self.names.property(fields.engagement)
        decayed = self.by_entry(lambda key, entry: _decayed(name, entry), Property(name))
        return render(choice([(present(name), decayed)], ZERO))

    def ready(self) -> str:
        """Whether the person is an MQL: both thresholds, or a high-intent action with enough fit."""
        return render(self.by_entry(self._ready, FALSE))

    def _ready(self, key: str, entry: Scoring) -> Formula:
        at, fields = entry.thresholds, entry.fields
        fit, engagement = self.names.property(fields.fit), self.names.property(fields.engagement)
        ways = []
        if at.fit is not None and at.engagement is not None:
            ways.append(all_of([_reached(fit, at.fit), _reached(engagement, at.engagement)]))
        if at.high_intent_fit is not None and fields.high_intent is not None:
            intent = Compare(FieldRef(fields.high_intent), Op.TRUE)
            path: Path = ("scoring", key, "fields", "high_intent")
            ways.append(all_of([self.condition(intent, path), _reached(fit, at.high_intent_fit)]))
        return choice([(any_of(ways), TRUE)], FALSE)


def _two_numbers(op: Op, left: Formula, right: Formula) -> Formula:
    if op in ORDERINGS:
        return Binary(str(op), left, right)
    equal = Binary("equals", left, right)
    return equal if op is Op.EQ else opposite(equal)


def _decayed(name: str, entry: Scoring) -> Formula:
    if entry.decay is None:
        return Property(name)
    share = Binary("*", Property(name), number(round(1 - entry.decay.percent / 100, 4)))
    return Call("max", (number(entry.limits.engagement[0]), share))


def _reached(name: str, threshold: float) -> Formula:
    """A score that is absent counts 0."""
    reached = all_of([present(name), Binary(">=", Property(name), number(threshold))])
    return reached if threshold > 0 else any_of([opposite(present(name)), reached])


class _Unsaid(Exception):
    """The grammar cannot say a comparison exactly."""

    def __init__(self, why: str, fix: str) -> None:
        super().__init__(why)
        self.fix = fix


def _own_property(names: Names, object_name: str, reference: FieldRef) -> str:
    """The property that holds a field of the object."""
    names.field(reference)
    if reference.object != object_name:
        raise _Unsaid(
            f"reads another object, and a formula of the {object_name} cannot",  # [O]
            f"declare a {object_name} field with mirror_of: {reference}, and use that",
        )
    return names.property(reference)


@dataclass(frozen=True)
class _Comparison:
    names: Names
    object: str
    compare: Compare

    def expression(self) -> Formula:
        reference, op = self.compare.field, self.compare.op
        declared = self.names.field(reference)
        known = present(_own_property(self.names, self.object, reference))
        if op in (Op.KNOWN, Op.UNKNOWN):
            return known if op is Op.KNOWN else opposite(known)
        return all_of([known, self._test(declared.type)])

    @property
    def name(self) -> str:
        return self.names.property(self.compare.field)

    @property
    def text(self) -> Formula:
        return Property(self.name, "string")

    def _test(self, field_type: str) -> Formula:
        if field_type in NUMBERS:
            return self._number()
        if field_type in TEXTS:
            return self._text()
        if field_type == "checkbox":
            live = Property(self.name, "bool")
            return opposite(live) if self.compare.op is Op.FALSE else live
        if field_type == "picklist":
            return self._picklist()
        if field_type == "multi_picklist":
            return self._multi_picklist()
        fix = "compare it in a segment or workflow instead, or ask only whether it is known"
        raise _Unsaid(f"cannot be calculated: HubSpot formulas have no literal for a {field_type}", fix)

    def _number(self) -> Formula:
        values = [number(float(str(one))) for one in self.compare.values]
        if self.compare.op in RANGES:
            signs = (">=", "<=") if self.compare.op is Op.BETWEEN else ("<", ">")
            ends = [Binary(sign, Property(self.name), value) for sign, value in zip(signs, values, strict=True)]
            return all_of(ends) if self.compare.op is Op.BETWEEN else any_of(ends)
        if self.compare.op in ORDERINGS:
            return Binary(str(self.compare.op), Property(self.name), values[0])
        return self._equality(Property(self.name), values)

    def _equality(self, live: Formula, values: Sequence[Formula]) -> Formula:
        equals = [Binary("equals", live, value) for value in values]
        if self.compare.op in (Op.NE, Op.NONE_OF):
            return all_of([opposite(one) for one in equals])
        return any_of(equals)

    def _picklist(self) -> Formula:
        reference = self.compare.field
        values = [internal for one in self.compare.values for internal in self.option(reference, str(one))]
        return self._equality(self.text, [_literal(value) for value in values])

    def option(self, reference: FieldRef, value: str) -> tuple[str, ...]:
        found = self.names.option(reference, value)
        if found == (value,) and value not in self.names.model.options(reference):
            fix = f"declare the options of {reference}, so that they are spelled as HubSpot holds them"
            raise _Unsaid("cannot be calculated: the options of the field are not declared", fix)
        return found

    def _multi_picklist(self) -> Formula:
        """HubSpot holds `a;b`: every value stands between semicolons once the ends have one."""
        live = _concatenated(_concatenated(Text(";"), self.text), Text(";"))
        values = [one for value in self.compare.values for one in self.option(self.compare.field, str(value))]
        return any_of([_contains(live, f";{value};") for value in values])

    def _text(self) -> Formula:
        literals = [self._comparable(value) for value in self.compare.values]
        match self.compare.op:
            case Op.CONTAINS:
                return any_of([_contains(self.text, one) for one in literals])
            case Op.STARTS:
                marked = _concatenated(Text(EDGE), self.text)
                return any_of([_contains(marked, EDGE + one) for one in literals])
            case Op.ENDS:
                marked = _concatenated(self.text, Text(EDGE))
                return any_of([_contains(marked, one + EDGE) for one in literals])
        return self._equality(self.text, [_literal(one) for one in literals])

    def _comparable(self, value: Scalar) -> str:
        if not isinstance(value, str):
            raise _Unsaid(f"compares a text with {value}", f'quote it: "{value}"')
        if not any(sign.isalpha() for sign in value):
            return value
        if self.name in LOWER_CASE_PROPERTIES:
            return value.lower()
        lower = " or ".join(sorted(LOWER_CASE_PROPERTIES))
        fix = f"use a picklist field, or one that HubSpot keeps in lower case: standard: {{hubspot: {lower}}}"
        if self.compare.region:
            fix = "use a picklist field with an option for each country; segments, workflows and routing take texts too"
        message = "cannot be calculated: HubSpot may compare a text with regard to case, and the model does not"
        raise _Unsaid(message, fix)


def _concatenated(one: Formula, other: Formula) -> Formula:
    return Call("concatenate", (one, other))


def _contains(text: Formula, part: str) -> Formula:
    return Call("contains", (text, _literal(part)))


def _literal(text: str) -> Text:
    """A text literal; there is no documented escape [D], so one with both kinds of quotes is refused."""
    if "\\" in text or ("'" in text and '"' in text):
        raise _Unsaid("holds signs that a formula cannot quote", "leave out the backslash, or one kind of quotes")
    return Text(text)
