"""Typed inputs against the elements that they stand for: nothing is lost, and what has no input is named."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from revops_salesforce.api.components import Body, xml_lines
from revops_salesforce.api.wsdl import Element, wsdl_types
from revops_salesforce.kinds.dashboard import Dashboard
from revops_salesforce.kinds.dashboard_folder import DashboardFolder
from revops_salesforce.kinds.report import Report
from revops_salesforce.kinds.report_folder import ReportFolder
from revops_salesforce.metadata.merge import merge
from revops_salesforce.metadata.parts import TypedKind

KINDS: dict[str, TypedKind[Any]] = {one.name: one for one in (Report(), Dashboard(), ReportFolder(), DashboardFolder())}
LABELS = {"Dashboard": "title"}
SECTIONS = ("leftSection", "middleSection", "rightSection")
KEPT = {"name", "title", "reportType"}
PLAIN: dict[str, Any] = {"boolean": True, "int": 3, "double": 2.5, "date": "2026-01-31"}


def full(type_name: str, mark: str = "") -> Body:
    """A component with every element of its type, and two entries in each list."""
    return {name: value(name, one, mark) for name, one in wsdl_types().of(type_name).items()}


def value(name: str, element: Element, mark: str) -> Any:
    if element.many:
        single = Element(element.type, many=False)
        return [value(name, single, f"{mark}{number}") for number in (1, 2)]
    if element.type == "Report":  # a block has no blocks
        return {key: one for key, one in full_without_blocks(mark).items() if key != "fullName"}
    if element.type in wsdl_types().elements:
        return full(element.type, mark)
    if element.type in wsdl_types().values:
        return wsdl_types().values[element.type][0]
    return PLAIN.get(element.type.removeprefix("xsd:"), f"{name}{mark}")


def full_without_blocks(mark: str) -> Body:
    return {name: value(name, one, mark) for name, one in wsdl_types().of("Report").items() if name != "block"}


def full_of(kind: TypedKind[Any]) -> Body:
    """A full component whose tiles lie within the grid, each in a place of its own."""
    body = full(kind.component_type)
    if kind.name == "Dashboard":
        for number, tile in enumerate(body["dashboardGridLayout"]["dashboardGridComponents"]):
            tile |= {"columnIndex": 4 * number, "colSpan": 4, "rowIndex": 0, "rowSpan": 4}
        body["dashboardGridLayout"]["numberOfColumns"] = 12
    return body


def layouts(kind: TypedKind[Any], body: Body) -> Iterator[Body]:
    """The body, and for a dashboard each of the two layouts that exclude each other."""
    if kind.name != "Dashboard":
        yield body
        return
    yield {key: one for key, one in body.items() if key not in SECTIONS}
    yield {key: one for key, one in body.items() if key != "dashboardGridLayout"}


def relabeled(kind: TypedKind[Any], body: Body, declared: Mapping[str, Any]) -> Body:
    """The component after the change of nothing but the label."""
    name = "Folder/Name" if kind.name in {"Report", "Dashboard"} else "Name"
    found = kind.observe(name, body).definition
    inputs = {key: found[key] for key in declared if found.get(key) is not None}
    changes = kind.changes(body, kind.inputs.model_validate({**inputs, "label": "Another label"}))
    return merge(body, changes, kind.entry_keys, kind.component_type, kind.fresh_parts)


def lines(body: Body) -> list[str]:
    return list(xml_lines(body))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_changed_label_leaves_every_other_element_of_the_type_as_it_is(kind: TypedKind[Any]) -> None:
    for body in layouts(kind, full_of(kind)):
        before = copy.deepcopy(body)
        made = relabeled(kind, body, kind.inputs.model_fields)
        assert lines(made) == lines({**before, LABELS.get(kind.name, "name"): "Another label"})
        assert body == before


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_inputs_say_every_element_of_the_type(kind: TypedKind[Any]) -> None:
    assert kind.unexpressed(full_of(kind)) == []


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_an_org_answers_reads_as_declared(kind: TypedKind[Any]) -> None:
    for body in layouts(kind, full_of(kind)):
        live = kind.observe("Folder/Name", body)
        declared = kind.inputs.model_validate({key: one for key, one in live.definition.items() if one is not None})
        assert kind.differences(declared.managed(), kind.managed_view(declared.managed(), live)) == []


def test_an_element_that_no_release_knew_is_kept_and_named() -> None:
    kind = KINDS["Report"]
    body = full_of(kind)
    body["novelty"] = "on"
    body["block"][1]["chart"]["novelty"] = {"deep": "1"}
    assert kind.unexpressed(body) == ["block 2.chart.novelty", "novelty"]
    assert kind.observe("Folder/Name", body).facts == {"unmanaged_parts": ["block 2.chart.novelty", "novelty"]}

    made = relabeled(kind, body, kind.inputs.model_fields)

    assert lines(made) == lines({**body, "name": "Another label"})


@given(seed=st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_a_changed_label_leaves_any_part_of_a_component_as_it_is(seed: int) -> None:
    """Of any component, with any of its inputs declared."""
    drawn = Random(seed)
    kind = KINDS[drawn.choice(sorted(KINDS))]
    body = drawn.choice(list(layouts(kind, full_of(kind))))
    body = {key: thinned(one, drawn) for key, one in body.items() if key in KEPT or drawn.random() < 0.7}
    fields = kind.inputs.model_fields
    declared = [key for key, one in fields.items() if one.is_required() or drawn.random() < 0.7]
    made = relabeled(kind, body, dict.fromkeys(declared))
    assert lines(made) == lines({**body, LABELS.get(kind.name, "name"): "Another label"})


def thinned(part: Any, drawn: Random) -> Any:
    """The lists of a part with some of their entries, in some order."""
    if isinstance(part, list):
        return [thinned(one, drawn) for one in drawn.sample(part, drawn.randint(0, len(part)))]
    return {key: thinned(one, drawn) for key, one in part.items()} if isinstance(part, dict) else part
