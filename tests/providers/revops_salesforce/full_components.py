"""Components with every element that the Metadata WSDL knows for their type, and some that it does not know."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from revops_salesforce.api.wsdl import Element as Known
from revops_salesforce.api.wsdl import wsdl_types

from tests.providers.revops_salesforce.verbatim_org import Element

TOMORROW = Element("elementOfTomorrow", "from a release that nobody knows yet")
PLAIN = {
    "boolean": "true",
    "int": "7",
    "double": "2.5",
    "date": "2026-03-01",
    "dateTime": "2026-03-01T09:00:00.000Z",
    "time": "09:00:00.000Z",
    "base64Binary": "QQ==",
}
DEEPEST = 3
"""How many parts lie in each other; a flow alone would have 125,000 elements otherwise."""
Chosen = Callable[[str], bool]
"""Whether an element at a path, `filter.criteriaItems.column`, is among those that are written."""


def everything(path: str) -> bool:
    """All elements."""
    return True


def full_component(
    type_name: str, values: dict[str, str], without: frozenset[str] = frozenset(), chosen: Chosen = everything
) -> tuple[Element, ...]:
    """The elements of a component in the order of its type, two entries in every list, each with an unknown element.

    `values` are texts by path where any text would not do, `name#1` in the second entry of the innermost list;
    `without` are paths that exclude others.
    """
    return tuple(_Writer(values, without, chosen).elements(type_name, "", (type_name,)))


class _Writer:
    def __init__(self, values: dict[str, str], without: frozenset[str], chosen: Chosen) -> None:
        self.values, self.without, self.chosen = values, without, chosen

    def elements(
        self, type_name: str, path: str, within: tuple[str, ...], numbers: tuple[int, ...] = ()
    ) -> Iterator[Element]:
        known = wsdl_types().of(type_name)
        for name, element in known.items():
            here = f"{path}.{name}" if path else name
            if self._is_written(here, element, within):
                for number in range(2) if element.many else [None]:
                    deeper = numbers if number is None else (*numbers, number)
                    yield self._element(name, element, here, within, deeper)
            if name == list(known)[len(known) // 2]:
                yield TOMORROW

    def _is_written(self, path: str, element: Known, within: tuple[str, ...]) -> bool:
        is_deep = element.type in wsdl_types().elements and len(within) > DEEPEST
        is_there = path != "fullName" and path not in self.without and element.type not in within
        return is_there and not is_deep and self.chosen(path)

    def _element(
        self, name: str, element: Known, path: str, within: tuple[str, ...], numbers: tuple[int, ...]
    ) -> Element:
        if element.type in wsdl_types().elements:
            return Element(name, children=tuple(self.elements(element.type, path, (*within, element.type), numbers)))
        number = numbers[-1] if numbers else 0
        if (text := self.values.get(f"{path}#{number}", self.values.get(path))) is not None:
            return Element(name, text)
        if name == "default" and element.type == "boolean":
            return Element(name, "false" if number else "true")
        if values := wsdl_types().values.get(element.type):
            return Element(name, values[min(number, len(values) - 1)])
        return Element(name, PLAIN.get(element.type, " ".join([name, *map(str, numbers)])))
