"""Conditions that are too long for one formula, as two that one of them is true of exactly the same records."""

from __future__ import annotations

from revops_iac.model.condition import And, Compare, Condition, Op, Or


def halves(condition: Condition | None) -> tuple[Condition, Condition] | None:
    """Two conditions of which at least one is true where this one is; None where it has no such two.

    >>> from revops_iac.model.condition import parse
    >>> one, other = halves(parse("contact.email is known and contact.country is any of [US, CA, MX]"))
    >>> one.render(), other.render()
    ('contact.email is known and contact.country = US', 'contact.email is known and contact.country is any of [CA, MX]')
    """
    if isinstance(condition, Or):
        middle = len(condition.parts) // 2
        return _joined(condition.parts[:middle]), _joined(condition.parts[middle:])
    if isinstance(condition, Compare) and condition.op is Op.ANY_OF and len(condition.values) > 1:
        middle = len(condition.values) // 2
        return _equal(condition, slice(middle)), _equal(condition, slice(middle, None))
    if isinstance(condition, And):
        return _longest(condition)
    return None


def _longest(condition: And) -> tuple[Condition, Condition] | None:
    """The same with the longest part of a conjunction that can be halved."""
    for at in sorted(range(len(condition.parts)), key=lambda at: -len(condition.parts[at].render())):
        found = halves(condition.parts[at])
        if found is not None:
            before, after = condition.parts[:at], condition.parts[at + 1 :]
            return And((*before, found[0], *after)), And((*before, found[1], *after))
    return None


def _joined(parts: tuple[Condition, ...]) -> Condition:
    return parts[0] if len(parts) == 1 else Or(parts)


def _equal(comparison: Compare, part: slice) -> Compare:
    values = comparison.values[part]
    return (
        Compare(comparison.field, Op.ANY_OF, values) if len(values) > 1 else Compare(comparison.field, Op.EQ, values[0])
    )
