"""What the simulators serve and refuse, operation by operation, with the evidence of the code that answers."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from crm_simulators import hubspot as hubspot_simulator
from crm_simulators import salesforce as salesforce_simulator
from crm_simulators.control import Control

SERVED = "served"
PACKAGE = "crm_simulators."
TAG = re.compile(r"\[([SVWDIKOTC?])(?:/[A-Z])?(?:[: ,;]([^\][]*))?\]")
ADDRESS = re.compile(r"https://[^\s)\"]+")
NO_SOURCE = ("text", "rule", "its text", "conflicting", "I", "the text")
ORDER = "VWSDOCTIK?"
"""From executed to unverified."""


@dataclass(frozen=True)
class Served:
    """One operation as the request log names it; `answer` is `served` or how it is refused.

    `modules` are those of the code that answers, without the package; `tags` and `sources` are what they cite.
    """

    system: str
    area: str
    operation: str
    answer: str
    modules: tuple[str, ...]
    tags: str
    sources: tuple[str, ...]


def served() -> list[Served]:
    """Every operation of both simulators."""
    control = Control()
    simulators = (hubspot_simulator.create_simulator(control), salesforce_simulator.create_simulator(control))
    return [described(simulator.name, *entry) for simulator in simulators for entry in simulator.served()]


def described(system: str, area: str, operation: str, answer: str, modules: Iterable[str]) -> Served:
    """An entry with the evidence that its modules cite."""
    names = tuple(dict.fromkeys(modules))
    found = [match for name in names for match in _tags_of(name)]
    letters = sorted({match[1] for match in found}, key=ORDER.index)
    cited = [match[2].partition(";")[0].strip() for match in found if match[2] and match[1] not in "K?"]
    docstrings = [sys.modules[name].__doc__ or "" for name in names]
    addresses = [match[0].rstrip(".") for text in docstrings for match in ADDRESS.finditer(text)]
    sources = sorted({*addresses, *(text for text in cited if text and not text.startswith(NO_SOURCE))})
    shown = tuple(name.removeprefix(PACKAGE) for name in names)
    return Served(system, area, operation, answer, shown, "".join(f"[{letter}]" for letter in letters), tuple(sources))


@cache
def _tags_of(module: str) -> tuple[re.Match[str], ...]:
    """What the code of a module cites; many operations share one."""
    return tuple(TAG.finditer(inspect.getsource(sys.modules[module])))
