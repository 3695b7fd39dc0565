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

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from revops_hubspot.compiler.terms.names import Names
from revops_iac.model.condition import ORDERINGS, And, Compare, Condition, FieldRef, Not, Op, Or, Scalar
from revops_iac.model.entry import AppliesTo
from revops_iac.model.references import Path
from revops_iac.model.scoring import FitSignal, Scoring
from revops_iac.provider.declaration import CannotCompile
from revops_iac.source.checks import Finding

EDGE = "<|>"
"""Marks the ends of a text. A value that holds the mark, followed by what is searched for, would be misread."""
LOWER_CASE_PROPERTIES = frozenset({"email", "hs_email_domain"})
"""Properties that HubSpot stores in lower case [K]."""
NUMBERS = frozenset({"number", "currency", "percent"})
TEXTS = frozenset({"text", "long_text", "email", "phone", "url"})
OR, AND, NOT, ATOM = 1, 2, 3, 4


@dataclass(frozen=True)
class Bool:
    """A boolean expression: never empty, whatever the record holds. `strength` says when it needs parentheses."""

    text: str
    strength: int = ATOM

    def within(self, strength: int) -> str:
        """Its text as a part of an expression that binds at `strength`."""
        return self.text if self.strength >= strength else f"({self.text})"


NEVER, ALWAYS = Bool("false"), Bool("true")


def all_of(parts: Iterable[Bool]) -> Bool:
    """True when every part is."""
    return _joined(" and ", AND, parts, ALWAYS, NEVER)


def any_of(parts: Iterable[Bool]) -> Bool:
    """True when at least one part is."""
    return _joined(" or ", OR, parts, NEVER, ALWAYS)


def _joined(word: str, strength: int, parts: Iterable[Bool], none: Bool, decides: Bool) -> Bool:
    """Parts joined by the other word get parentheses: which of `and` and `or` binds tighter is not documented [?]."""
    listed = [part for part in dict.fromkeys(parts) if part != none]
    if decides in listed:
        return decides
    if len(listed) <= 1:
        return listed[0] if listed else none
    return Bool(word.join(part.text if part.strength == strength else part.within(NOT) for part in listed), strength)


def opposite(part: Bool) -> Bool:
    """True when the part is false."""
    call = part.strength == ATOM and " " not in part.text
    return Bool(f"not {part.text}" if call else f"not ({part.text})", NOT)


def number(value: float) -> str:
    """A number literal as HubSpot prints it: 3.0 is `3` [O].

    >>> number(2.50), number(-3.0)
    ('2.5', '-3')
    """
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def choice(cases: Sequence[tuple[Bool, str]], otherwise: str) -> str:
    """`if … then … elseif … else … endif`, without the cases that never happen."""
    likely = [(when.text, value) for when, value in cases if when != NEVER]
    if not likely:
        return otherwise
    shown = "\nelseif ".join(f"{when} then {value}" for when, value in likely)
    return f"if {shown} else {otherwise} endif"


@dataclass(frozen=True)
class Formulas:
    """Formulas for properties of one object. What cannot be said is collected in `findings`."""

    names: Names
    object: str = "contact"
    findings: list[Finding] = field(default_factory=list)

    def condition(self, condition: Condition, path: Path) -> Bool:
        """The condition as an expression; `path` is where it is written."""
        match condition:
            case And(parts):
                return all_of([self.condition(part, path) for part in parts])
            case Or(parts):
                return any_of([self.condition(part, path) for part in parts])
            case Not(part):
                return opposite(self.condition(part, path))
            case Compare():
                return self._comparison(condition, path)
        raise TypeError(type(condition))

    def _comparison(self, comparison: Compare, path: Path) -> Bool:
        try:
            return _Comparison(self.names, self.object, comparison).expression()
        except _Unsaid as error:
            self.findings.append(Finding(path, f'"{comparison.render()}" {error}', error.fix))
        except CannotCompile as error:
            self.findings.extend(Finding(path, item.message, item.fix) for item in error.findings)
        return NEVER

    def applies(self, applies_to: AppliesTo, path: Path) -> Bool:
        """Whether the record holds one of the values in every dimension that the filter names."""
        dimensions = self.names.model.context.dimensions
        live = {key: dimensions[key].field_on(self.object) for key in applies_to}
        return all_of(
            self.condition(Compare(reference, Op.ANY_OF, tuple(applies_to[key])), (*path, "applies_to", key))
            if (reference := live[key])
            else NEVER
            for key in applies_to
        )

    def by_entry(self, value: Callable[[str, Scoring], str], otherwise: str) -> str:
        """The value of the first scoring entry that applies to the record."""
        cases: list[tuple[Bool, str]] = []
        for key, entry in self.names.model.scoring.items():
            applies = self.applies(entry.applies_to, ("scoring", key))
            if applies == ALWAYS:
                return choice(cases, value(key, entry))
            cases.append((applies, value(key, entry)))
        return choice(cases, otherwise)

    def fit(self) -> str:
        """The fit score: bands and negative signals of the entry that applies, inside its limits."""
        return self.by_entry(self._fit, "0")

    def _fit(self, key: str, entry: Scoring) -> str:
        path: Path = ("scoring", key)
        terms = [self._signal(signal, (*path, "fit", name)) for name, signal in entry.fit.items()]
        terms += [
            choice([(self.condition(signal.when, (*path, "negative", name, "when")), number(signal.points))], "0")
            for name, signal in entry.negative.items()
        ]
        low, high = entry.limits.fit
        return f"max({number(low)}, min({number(high)}, {' + '.join(terms) or '0'}))"

    def _signal(self, signal: FitSignal, path: Path) -> str:
        cases = [
            (self.condition(band.when, (*path, "bands", index, "when")), number(band.points))
            for index, band in enumerate(signal.bands)
        ]
        return choice(cases, "0")

    def total(self) -> str:
        """Fit plus engagement, read from their properties; where there is none yet it counts 0."""
        fields = next(iter(self.names.model.scoring.values())).fields
        stored = [self.names.property(reference) for reference in (fields.fit, fields.engagement)]
        return " + ".join(choice([(Bool(f"is_present({name})"), name)], "0") for name in stored)

    def after_decay(self) -> str:
        """What is left of the engagement after one decay, inside its limits."""
        fields = next(iter(self.names.model.scoring.values())).fields
        name = self.names.property(fields.engagement)
        decayed = self.by_entry(lambda key, entry: _decayed(name, entry), name)
        return choice([(Bool(f"is_present({name})"), decayed)], "0")

    def ready(self) -> str:
        """Whether the person is an MQL: both thresholds, or a high-intent action with enough fit."""
        return self.by_entry(self._ready, NEVER.text)

    def _ready(self, key: str, entry: Scoring) -> str:
        at, fields = entry.thresholds, entry.fields
        fit, engagement = self.names.property(fields.fit), self.names.property(fields.engagement)
        ways = []
        if at.fit is not None and at.engagement is not None:
            ways.append(all_of([_reached(fit, at.fit), _reached(engagement, at.engagement)]))
        if at.high_intent_fit is not None and fields.high_intent is not None:
            intent = Compare(FieldRef(fields.high_intent), Op.TRUE)
            path: Path = ("scoring", key, "fields", "high_intent")
            ways.append(all_of([self.condition(intent, path), _reached(fit, at.high_intent_fit)]))
        return choice([(any_of(ways), ALWAYS.text)], NEVER.text)


def _decayed(name: str, entry: Scoring) -> str:
    if entry.decay is None:
        return name
    share = number(round(1 - entry.decay.percent / 100, 4))
    return f"max({number(entry.limits.engagement[0])}, {name} * {share})"


def _reached(name: str, threshold: float) -> Bool:
    """A score that is absent counts 0."""
    present = Bool(f"is_present({name})")
    reached = all_of([present, Bool(f"{name} >= {number(threshold)}")])
    return reached if threshold > 0 else any_of([opposite(present), reached])


class _Unsaid(Exception):
    """The grammar cannot say a comparison exactly."""

    def __init__(self, why: str, fix: str) -> None:
        super().__init__(why)
        self.fix = fix


@dataclass(frozen=True)
class _Comparison:
    names: Names
    object: str
    compare: Compare

    def expression(self) -> Bool:
        reference, op = self.compare.field, self.compare.op
        declared = self.names.field(reference)
        if reference.object != self.object:
            raise _Unsaid(
                f"reads another object, and a formula of the {self.object} cannot",  # [O]
                f"declare a {self.object} field with mirror_of: {reference}, and use that",
            )
        present = Bool(f"is_present({self.name})")
        if op in (Op.KNOWN, Op.UNKNOWN):
            return present if op is Op.KNOWN else opposite(present)
        return all_of([present, self._test(declared.type)])

    @property
    def name(self) -> str:
        return self.names.property(self.compare.field)

    def _test(self, field_type: str) -> Bool:
        if field_type in NUMBERS:
            return self._number()
        if field_type in TEXTS:
            return self._text()
        if field_type == "checkbox":
            live = Bool(f"bool({self.name})")
            return opposite(live) if self.compare.op is Op.FALSE else live
        if field_type == "picklist":
            return self._picklist()
        if field_type == "multi_picklist":
            return self._multi_picklist()
        fix = "compare it in a segment or workflow instead, or ask only whether it is known"
        raise _Unsaid(f"cannot be calculated: HubSpot formulas have no literal for a {field_type}", fix)

    def _number(self) -> Bool:
        if self.compare.op in ORDERINGS:
            return Bool(f"{self.name} {self.compare.op} {number(float(str(self.compare.values[0])))}")
        return self._equality([Bool(f"{self.name} equals {number(float(str(one)))}") for one in self.compare.values])

    def _equality(self, equals: Sequence[Bool]) -> Bool:
        if self.compare.op in (Op.NE, Op.NONE_OF):
            return all_of([opposite(Bool(one.text, NOT)) for one in equals])
        return any_of(equals)

    def _picklist(self) -> Bool:
        reference = self.compare.field
        values = [internal for one in self.compare.values for internal in self.option(reference, str(one))]
        return self._equality([Bool(f"string({self.name}) equals {_quoted(value)}") for value in values])

    def option(self, reference: FieldRef, value: str) -> tuple[str, ...]:
        found = self.names.option(reference, value)
        if found == (value,) and value not in self.names.field(reference).options:
            fix = f"declare the options of {reference}, so that they are spelled as HubSpot holds them"
            raise _Unsaid("cannot be calculated: the options of the field are not declared", fix)
        return found

    def _multi_picklist(self) -> Bool:
        """HubSpot holds `a;b`: every value stands between semicolons once the ends have one."""
        live = f"concatenate(concatenate(';', string({self.name})), ';')"
        values = [one for value in self.compare.values for one in self.option(self.compare.field, str(value))]
        return any_of([Bool(f"contains({live}, {_quoted(f';{value};')})") for value in values])

    def _text(self) -> Bool:
        literals = [self._literal(value) for value in self.compare.values]
        text = f"string({self.name})"
        match self.compare.op:
            case Op.CONTAINS:
                return any_of([Bool(f"contains({text}, {_quoted(one)})") for one in literals])
            case Op.STARTS:
                marked = f"concatenate('{EDGE}', {text})"
                return any_of([Bool(f"contains({marked}, {_quoted(EDGE + one)})") for one in literals])
            case Op.ENDS:
                marked = f"concatenate({text}, '{EDGE}')"
                return any_of([Bool(f"contains({marked}, {_quoted(one + EDGE)})") for one in literals])
        return self._equality([Bool(f"{text} equals {_quoted(one)}") for one in literals])

    def _literal(self, value: Scalar) -> str:
        if not isinstance(value, str):
            raise _Unsaid(f"compares a text with {value}", f'quote it: "{value}"')
        if not any(sign.isalpha() for sign in value):
            return value
        if self.name in LOWER_CASE_PROPERTIES:
            return value.lower()
        raise _Unsaid(
            "cannot be calculated: HubSpot may compare a text with regard to case, and the model does not",
            "use a picklist field, or one that HubSpot keeps in lower case: standard: {hubspot: "
            + " or ".join(sorted(LOWER_CASE_PROPERTIES))
            + "}",
        )


def _quoted(text: str) -> str:
    """A text literal; there is no documented escape [D], so one with both kinds of quotes is refused."""
    if "\\" in text or ("'" in text and '"' in text):
        raise _Unsaid("holds signs that a formula cannot quote", "leave out the backslash, or one kind of quotes")
    return f'"{text}"' if "'" in text else f"'{text}'"
