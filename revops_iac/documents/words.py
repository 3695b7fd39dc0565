"""The model in the words that people use: labels instead of keys, conditions as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from revops_iac.model import Model
from revops_iac.model.condition import And, Compare, CompareFields, Condition, FieldRef, Not, Op, Or, RelativeDay
from revops_iac.model.context import Money
from revops_iac.model.deal_desk import Approver
from revops_iac.model.people import Assignee

OPERATORS: dict[Op, str] = {
    Op.EQ: "is",
    Op.NE: "is not",
    Op.LT: "is below",
    Op.LE: "is at most",
    Op.GT: "is above",
    Op.GE: "is at least",
    Op.ANY_OF: "is",
    Op.NONE_OF: "is neither",
    Op.CONTAINS: "contains",
    Op.STARTS: "starts with",
    Op.ENDS: "ends with",
    Op.KNOWN: "is filled",
    Op.UNKNOWN: "is empty",
    Op.TRUE: "is checked",
    Op.FALSE: "is not checked",
    Op.BETWEEN: "is between",
    Op.NOT_BETWEEN: "is not between",
}
MOMENTS = {"created": "a lead is created", "mql": "a lead becomes an MQL", "recycled": "a lead is recycled"}
"""When leads are routed, in words; any other moment is a lifecycle stage that a lead reaches."""
JOINED: dict[Op, str] = {Op.NONE_OF: "nor", Op.BETWEEN: "and", Op.NOT_BETWEEN: "and"}
OF_DATES: dict[Op, str] = {
    Op.LT: "is before",
    Op.LE: "is on or before",
    Op.GT: "is after",
    Op.GE: "is on or after",
}


ABBREVIATIONS = {"acv", "amer", "apac", "arr", "bant", "cac", "crm", "dach", "emea", "icp", "kpi", "latam", "ltv"}
ABBREVIATIONS |= {"mql", "mrr", "nps", "pql", "sdr", "sla", "sql", "url"}
"""Words of keys that people write in capitals."""
LONGEST_ABBREVIATION = 5
"""Letters that the key of a region has at most when it is an abbreviation: DACH, LATAM."""


def number(value: float) -> str:
    """A number as people write it.

    >>> number(25000.0), number(0.5), number(-100)
    ('25,000', '0.5', '-100')
    """
    return f"{value:,.10g}" if abs(value) < 1e10 else f"{value:,.0f}"


def percent(share: float) -> str:
    """A share from 0 to 1 in percent.

    >>> percent(0.05)
    '5%'
    """
    return f"{number(round(share * 100, 6))}%"


def money(value: Money) -> str:
    """An amount with its currency."""
    return f"{number(value.amount)} {value.currency}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """Words as a list in a sentence.

    >>> listed(["a", "b", "c"], "or")
    'a, b or c'
    """
    *most, end = list(words) or [""]
    return f"{', '.join(most)} {last} {end}" if most else end


def spoken(key: str) -> str:
    """A key as words, with abbreviations in capitals.

    >>> spoken("first_contact"), spoken("mql_to_sql")
    ('first contact', 'MQL to SQL')
    """
    return " ".join(word.upper() if word in ABBREVIATIONS else word for word in key.split("_"))


def capital(text: str) -> str:
    """A text that begins a sentence or a cell."""
    return text[:1].upper() + text[1:]


def label(key: str, entry: Any) -> str:
    """What people call an entry: its label, else its key in words."""
    return entry.label or capital(spoken(key))


class Words:
    """Names what the keys of a model stand for. A key without an entry is spoken as it is."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def field(self, reference: str | None, about: str = "contact") -> str:
        """The label of a field, empty for none; one of another object than the one spoken of says so."""
        if not reference:
            return ""
        field, ref = self.model.field(reference), FieldRef(reference)
        name = field.label if field else spoken(ref.key)
        return name if ref.object == about else f"{name} of the {ref.object}"

    def fields(self, references: Iterable[str], about: str = "contact") -> list[str]:
        """The labels of fields."""
        return [self.field(reference, about) for reference in references]

    def person(self, key: str | None) -> str:
        """The name of a person, with the role."""
        person = self.model.people.persons.get(key or "")
        if person is None:
            return spoken(key or "")
        return f"{person.name} ({person.role})" if person.role else person.name

    def team(self, key: str | None) -> str:
        """The label of a team."""
        team = self.model.people.teams.get(key or "")
        return team.label if team else spoken(key or "")

    def queue(self, key: str | None) -> str:
        """The label of a queue."""
        queue = self.model.people.queues.get(key or "")
        return queue.label if queue else spoken(key or "")

    def owner(self, key: str | None) -> str:
        """A team or a person."""
        return self.team(key) if key in self.model.people.teams else self.person(key)

    def assignee(self, who: Assignee | Approver) -> str:
        """Who gets a record or approves a deal."""
        if who.person:
            return self.person(who.person)
        if who.team:
            return f"team {self.team(who.team)}"
        return f"queue {self.queue(who.queue)}" if who.queue else "automatic"

    def moments(self, moments: Iterable[str]) -> str:
        """When leads are routed; empty for no moment."""
        return listed((MOMENTS.get(moment) or f"a lead reaches {self.stage(moment)}" for moment in moments), "or")

    def stage(self, key: str) -> str:
        """The label of a lifecycle stage."""
        stage = self.model.lifecycle.stages.get(key) if self.model.lifecycle else None
        return stage.label if stage else spoken(key)

    def region(self, key: str) -> str:
        """A region by its usual name: short ones, such as DACH, are abbreviations."""
        return key.upper() if len(key) <= LONGEST_ABBREVIATION else capital(spoken(key))

    def applies_to(self, filters: dict[str, list[str]], object_name: str) -> str:
        """What an entry covers, as a sentence without its end; everything when it names nothing."""
        parts = []
        for key, values in filters.items():
            dimension = self.model.context.dimensions.get(key)
            field = dimension.field_on(object_name) if dimension else None
            labels = [self.value(field, value) for value in values] if field else [spoken(value) for value in values]
            parts.append(f"{self.field(field, object_name) if field else spoken(key)} is {listed(labels, 'or')}")
        return listed(parts) or "everything"

    def value(self, reference: str, value: Any) -> str:
        """A value of a field: the label of its option, or the value."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int | float):
            return number(value)
        if isinstance(value, date):
            return value.isoformat()
        return self.model.options(reference).get(str(value), str(value))

    def condition(self, condition: Condition | None, about: str = "contact") -> str:
        """A condition as a sentence without its end; empty for none."""
        if condition is None:
            return ""
        if isinstance(condition, And):
            return listed(self._inside(part, about, (And, Or)) for part in condition.parts)
        if isinstance(condition, Or):
            return listed((self._inside(part, about, (Or,)) for part in condition.parts), "or")
        if isinstance(condition, Not):
            return f"not ({self.condition(condition.part, about)})"
        if isinstance(condition, CompareFields):
            operator = OPERATORS.get(condition.op, str(condition.op))
            return f"{self.field(condition.field, about)} {operator} {self.field(condition.other, about)}"
        return self._comparison(condition, about) if isinstance(condition, Compare) else condition.render()

    def _inside(self, part: Condition, about: str, enclosed: tuple[type[Condition], ...]) -> str:
        words = self.condition(part, about)
        return f"({words})" if isinstance(part, enclosed) or (isinstance(part, And) and len(part.parts) > 1) else words

    def _comparison(self, compare: Compare, about: str) -> str:
        values: Sequence[Any] = compare.values
        field = self.field(compare.field, about)
        if compare.region:
            names = listed(map(self.region, compare.region), "or")
            return f"{field} is {'' if compare.op is Op.ANY_OF else 'not '}in {names}"
        if any(isinstance(value, RelativeDay) for value in values):
            return f"{field} {compare.render().removeprefix(compare.field).strip()}"
        is_day = bool(values) and isinstance(values[0], date)
        operator = (OF_DATES if is_day else OPERATORS).get(compare.op) or OPERATORS.get(compare.op) or str(compare.op)
        labels = [self.value(compare.field, value) for value in values]
        value = listed(labels, JOINED.get(compare.op, "or"))
        return f"{field} {operator}{f' {value}' if labels else ''}"
