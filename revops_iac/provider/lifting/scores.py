"""The signals of a score from the points of its formula, alike on every CRM."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from revops_iac.model.condition import Condition
from revops_iac.provider.lifting import key_of
from revops_iac.provider.live_object import Definition


@dataclass(frozen=True)
class Band:
    """Points for a condition."""

    when: Condition
    points: float


def signals(terms: Sequence[Sequence[Band]]) -> Definition:
    """Fit signals, and those negative ones that stand last: `{fit: …, negative: …}`; the sum keeps its order."""
    last = len(terms)
    while last and len(terms[last - 1]) == 1 and terms[last - 1][0].points < 0:
        last -= 1
    fit, negative = dict[str, Definition](), dict[str, Definition]()
    for bands in terms[:last]:
        listed = [{"when": band.when.render(), "points": band.points} for band in bands]
        key = _key(bands, fit)
        fit[key] = {"label": _label(key), "bands": listed}
    for bands in terms[last:]:
        (band,) = bands
        key = _key(bands, negative)
        negative[key] = {"label": _label(key), "when": band.when.render(), "points": band.points}
    return {**({"fit": fit} if fit else {}), **({"negative": negative} if negative else {})}


def entry_key(applies_to: Mapping[str, Sequence[str]], taken: Collection[str]) -> str:
    """The key of a scoring entry: the values that it covers, or everybody.

    >>> entry_key({"product": ["self_serve"]}, []), entry_key({}, [])
    ('self_serve', 'everybody')
    """
    return key_of("_".join(value for values in applies_to.values() for value in values) or "everybody", taken)


def _key(bands: Sequence[Band], taken: Collection[str]) -> str:
    fields = bands[0].when.fields()
    return key_of(fields[0].key if fields else "points", taken)


def _label(key: str) -> str:
    return key.replace("_", " ").capitalize()
