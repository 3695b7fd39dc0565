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
from revops_hubspot.formulas import tree
from revops_hubspot.formulas.printer import render
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
ZERO = tree.number(0)


@dataclass(frozen=True)
class Formulas:
    """Formulas for properties of one object. What cannot be expressed is collected in `diagnostics`."""

    names: Names
    object: str = "contact"
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def condition(self, condition: Condition, path: Path) -> tree.Formula:
        """The condition as an expression, never empty whatever the record holds; `path` is where it is written."""
        match condition:
            case And(parts):
                return tree.all_of([self.condition(part, path) for part in parts])
            case Or(parts):
                return tree.any_of([self.condition(part, path) for part in parts])
            case Not(part):
                return tree.opposite(self.condition(part, path))
            case Compare() | CompareFields():
                return self._comparison(condition, path)
        raise TypeError(type(condition))

    def _comparison(self, comparison: Compare | CompareFields, path: Path) -> tree.Formula:
        try:
            if isinstance(comparison, CompareFields):
                return self._pair(comparison)
            return _Comparison(self.names, self.object, comparison).expression()
        except _Unsaid as error:
            self.diagnostics.append(model_error(path, f'"{comparison.render()}" {error}', error.fix))
        except CannotCompile as error:
            self.diagnostics.extend(model_error(path, item.message, item.fix) for item in error.diagnostics)
        return tree.FALSE

    def _pair(self, comparison: CompareFields) -> tree.Formula:
        """Two numbers of the record, both known."""
        names = [_own_property(self.names, self.object, reference) for reference in comparison.compared]
        if not {self.names.field(reference).type for reference in comparison.compared} <= NUMBERS:
            fix = "compare numbers; two dates are compared with < or > in a segment or workflow"
            raise _Unsaid("cannot be calculated: HubSpot formulas compare two fields that hold numbers", fix)
        return tree.all_of([*map(tree.present, names), _two_numbers(comparison.op, *map(tree.Property, names))])

    def applies(self, applies_to: AppliesTo, path: Path) -> tree.Formula:
        """Whether the record holds one of the values in every dimension that the filter names."""
        dimensions = self.names.model.context.dimensions
        live = {key: dimensions[key].field_on(self.object) for key in applies_to}
        return tree.all_of(
            self.condition(Compare(reference, Op.ANY_OF, tuple(applies_to[key])), (*path, "applies_to", key))
            if (reference := live[key])
            else tree.FALSE
            for key in applies_to
        )

    def by_entry(self, value: Callable[[str, Scoring], tree.Formula], otherwise: tree.Formula) -> tree.Formula:
        """The value of the first scoring entry that applies to the record."""
        cases: list[tuple[tree.Formula, tree.Formula]] = []
        for key, entry in self.names.model.scoring.items():
            applies = self.applies(entry.applies_to, ("scoring", key))
            if applies == tree.TRUE:
                return tree.choice(cases, value(key, entry))
            cases.append((applies, value(key, entry)))
        return tree.choice(cases, otherwise)

    def fit(self) -> str:
        """The fit score: bands and negative signals of the entry that applies, inside its limits."""
        return render(self.by_entry(self._fit, ZERO))

    def _fit(self, key: str, entry: Scoring) -> tree.Formula:
        return self._points(entry, entry.limits.fit, ("scoring", key))

    def company(self) -> str:
        """The score of a company by the entry that applies; for formulas on the company."""
        return render(self.by_entry(self._company, ZERO))

    def _company(self, key: str, entry: Scoring) -> tree.Formula:
        company = entry.company
        return self._points(company, company.limits, ("scoring", key, "company")) if company else ZERO

    def _points(self, scored: Scoring | CompanyScore, limits: Sequence[float], path: Path) -> tree.Formula:
        terms = [self._signal(signal, (*path, "fit", name)) for name, signal in scored.fit.items()]
        terms += [
            tree.choice(
                [(self.condition(signal.when, (*path, "negative", name, "when")), tree.number(signal.points))], ZERO
            )
            for name, signal in scored.negative.items()
        ]
        low, high = limits
        return tree.Call("max", (tree.number(low), tree.Call("min", (tree.number(high), tree.total(terms)))))

    def _signal(self, signal: FitSignal, path: Path) -> tree.Formula:
        cases = [
            (self.condition(band.when, (*path, "bands", index, "when")), tree.number(band.points))
            for index, band in enumerate(signal.bands)
        ]
        return tree.choice(cases, ZERO)

    def total(self) -> str:
        """Fit plus engagement, read from their properties; where there is none yet it counts 0."""
        fields = next(iter(self.names.model.scoring.values())).fields
        stored = [self.names.property(reference) for reference in (fields.fit, fields.engagement)]
        return render(tree.total([tree.choice([(tree.present(name), tree.Property(name))], ZERO) for name in stored]))

    def after_decay(self) -> str:
        """What is left of the engagement after one decay, inside its limits."""
        fields = next(iter(self.names.model.scoring.values())).fields
        name = self.names.property(fields.engagement)
        decayed = self.by_entry(lambda key, entry: _decayed(name, entry), tree.Property(name))
        return render(tree.choice([(tree.present(name), decayed)], ZERO))

    def ready(self) -> str:
        """Whether the person is an MQL: both thresholds, or a high-intent action with enough fit."""
        return render(self.by_entry(self._ready, tree.FALSE))

    def _ready(self, key: str, entry: Scoring) -> tree.Formula:
        at, fields = entry.thresholds, entry.fields
        fit, engagement = self.names.property(fields.fit), self.names.property(fields.engagement)
        ways = []
        if at.fit is not None and at.engagement is not None:
            ways.append(tree.all_of([_reached(fit, at.fit), _reached(engagement, at.engagement)]))
        if at.high_intent_fit is not None and fields.high_intent is not None:
            intent = Compare(FieldRef(fields.high_intent), Op.TRUE)
            path: Path = ("scoring", key, "fields", "high_intent")
            ways.append(tree.all_of([self.condition(intent, path), _reached(fit, at.high_intent_fit)]))
        return tree.choice([(tree.any_of(ways), tree.TRUE)], tree.FALSE)


def _two_numbers(op: Op, left: tree.Formula, right: tree.Formula) -> tree.Formula:
    if op in ORDERINGS:
        return tree.Binary(str(op), left, right)
    equal = tree.Binary("equals", left, right)
    return equal if op is Op.EQ else tree.opposite(equal)


def _decayed(name: str, entry: Scoring) -> tree.Formula:
    if entry.decay is None:
        return tree.Property(name)
    share = tree.Binary("*", tree.Property(name), tree.number(round(1 - entry.decay.percent / 100, 4)))
    return tree.Call("max", (tree.number(entry.limits.engagement[0]), share))


def _reached(name: str, threshold: float) -> tree.Formula:
    """A score that is absent counts 0."""
    reached = tree.all_of([tree.present(name), tree.Binary(">=", tree.Property(name), tree.number(threshold))])
    return reached if threshold > 0 else tree.any_of([tree.opposite(tree.present(name)), reached])


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

    def expression(self) -> tree.Formula:
        reference, op = self.compare.field, self.compare.op
        declared = self.names.field(reference)
        known = tree.present(_own_property(self.names, self.object, reference))
        if op in (Op.KNOWN, Op.UNKNOWN):
            return known if op is Op.KNOWN else tree.opposite(known)
        return tree.all_of([known, self._test(declared.type)])

    @property
    def name(self) -> str:
        return self.names.property(self.compare.field)

    @property
    def text(self) -> tree.Formula:
        return tree.Property(self.name, "string")

    def _test(self, field_type: str) -> tree.Formula:
        if field_type in NUMBERS:
            return self._number()
        if field_type in TEXTS:
            return self._text()
        if field_type == "checkbox":
            live = tree.Property(self.name, "bool")
            return tree.opposite(live) if self.compare.op is Op.FALSE else live
        if field_type == "picklist":
            return self._picklist()
        if field_type == "multi_picklist":
            return self._multi_picklist()
        fix = "compare it in a segment or workflow instead, or ask only whether it is known"
        raise _Unsaid(f"cannot be calculated: HubSpot formulas have no literal for a {field_type}", fix)

    def _number(self) -> tree.Formula:
        values = [tree.number(float(str(one))) for one in self.compare.values]
        if self.compare.op in RANGES:
            signs = (">=", "<=") if self.compare.op is Op.BETWEEN else ("<", ">")
            ends = [
                tree.Binary(sign, tree.Property(self.name), value) for sign, value in zip(signs, values, strict=True)
            ]
            return tree.all_of(ends) if self.compare.op is Op.BETWEEN else tree.any_of(ends)
        if self.compare.op in ORDERINGS:
            return tree.Binary(str(self.compare.op), tree.Property(self.name), values[0])
        return self._equality(tree.Property(self.name), values)

    def _equality(self, live: tree.Formula, values: Sequence[tree.Formula]) -> tree.Formula:
        equals = [tree.Binary("equals", live, value) for value in values]
        if self.compare.op in (Op.NE, Op.NONE_OF):
            return tree.all_of([tree.opposite(one) for one in equals])
        return tree.any_of(equals)

    def _picklist(self) -> tree.Formula:
        reference = self.compare.field
        values = [internal for one in self.compare.values for internal in self.option(reference, str(one))]
        return self._equality(self.text, [_literal(value) for value in values])

    def option(self, reference: FieldRef, value: str) -> tuple[str, ...]:
        found = self.names.option(reference, value)
        if found == (value,) and value not in self.names.model.options(reference):
            fix = f"declare the options of {reference}, so that they are spelled as HubSpot holds them"
            raise _Unsaid("cannot be calculated: the options of the field are not declared", fix)
        return found

    def _multi_picklist(self) -> tree.Formula:
        """HubSpot holds `a;b`: every value stands between semicolons once the ends have one."""
        live = _concatenated(_concatenated(tree.Text(";"), self.text), tree.Text(";"))
        values = [one for value in self.compare.values for one in self.option(self.compare.field, str(value))]
        return tree.any_of([_contains(live, f";{value};") for value in values])

    def _text(self) -> tree.Formula:
        literals = [self._comparable(value) for value in self.compare.values]
        match self.compare.op:
            case Op.CONTAINS:
                return tree.any_of([_contains(self.text, one) for one in literals])
            case Op.STARTS:
                marked = _concatenated(tree.Text(EDGE), self.text)
                return tree.any_of([_contains(marked, EDGE + one) for one in literals])
            case Op.ENDS:
                marked = _concatenated(self.text, tree.Text(EDGE))
                return tree.any_of([_contains(marked, one + EDGE) for one in literals])
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


def _concatenated(one: tree.Formula, other: tree.Formula) -> tree.Formula:
    return tree.Call("concatenate", (one, other))


def _contains(text: tree.Formula, part: str) -> tree.Formula:
    return tree.Call("contains", (text, _literal(part)))


def _literal(text: str) -> tree.Text:
    """A text literal; there is no documented escape [D], so one with both kinds of quotes is refused."""
    if "\\" in text or ("'" in text and '"' in text):
        raise _Unsaid("holds signs that a formula cannot quote", "leave out the backslash, or one kind of quotes")
    return tree.Text(text)
