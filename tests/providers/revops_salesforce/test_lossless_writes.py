"""Every kind changes what is declared and nothing else: not what it does not manage, and not what nobody knows yet."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
from crm_simulators.server import SalesforceAccess
from hypothesis import given, settings
from hypothesis import strategies as st
from revops_salesforce.dynamic import KINDS
from revops_salesforce.kinds.custom_object import ELSEWHERE
from revops_salesforce.metadata.kind import MetadataKind

from tests.providers.contract import example, forms, later
from tests.providers.revops_salesforce.conftest import OpenSession
from tests.providers.revops_salesforce.full_components import Chosen, everything, full_component
from tests.providers.revops_salesforce.verbatim_org import Element, VerbatimOrg
from tests.providers.scripted_server import serving

CHANGED = "Changed by the model"


@dataclass(frozen=True)
class Case:
    """One kind: the object that the org holds, and the input that the model changes.

    `element` is where its new value shows. `values` and `without` are as `full_component` takes them. `holder` names
    the component that the object is an entry of.
    """

    kind: str
    name: str
    input: str
    element: str
    values: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    holder: str | None = None
    changed: Any = CHANGED
    text: str = CHANGED

    def __str__(self) -> str:
        return self.kind

    @property
    def key(self) -> tuple[str, str]:
        """Type and full name of the component."""
        kind: Any = KINDS[self.kind]
        return kind.component_type, self.holder or self.name

    def seeded(self, chosen: Chosen = everything) -> tuple[Element, ...]:
        """What the org holds."""
        return full_component(self.key[0], dict(self.values), self.without, chosen)

    def expected(self, seeded: tuple[Element, ...]) -> tuple[Element, ...]:
        """What it must hold after the write."""
        return tuple(_changed(seeded, self.element.split("."), self.text))


def _changed(elements: tuple[Element, ...], path: list[str], text: str) -> Iterator[Element]:
    """The elements with another text in the first one of that path."""
    first, *rest = path
    done = False
    for one in elements:
        if done or one.name != first:
            yield one
            continue
        done = True
        yield replace(one, children=tuple(_changed(one.children, rest, text))) if rest else replace(one, text=text)


HOURS = {"businessHours.name#0": "Office", "businessHours.name#1": "Night"}
MAPPING = {
    "duplicateRuleMatchRules.matchRuleSObjectType": "Contact",
    "duplicateRuleMatchRules.objectMapping.inputObject": "Lead",
    "duplicateRuleMatchRules.objectMapping.outputObject": "Contact",
}
SECTIONS = ("leftSection", "middleSection", "rightSection")
TILES = "dashboardGridLayout.dashboardGridComponents"
GRID = {f"{TILES}.colSpan": "4", f"{TILES}.columnIndex#1": "4", "dashboardGridLayout.numberOfColumns": "12"}
ITEMS = {f"duplicateRuleFilter.duplicateRuleFilterItems.sortOrder#{place}": str(place + 1) for place in (0, 1)}
SPECIAL = (
    Case("AssignmentRules", "Lead.Inbound", "active", "active", changed=False, text="false"),
    Case("BusinessHours", "Office", "time_zone", "businessHours.timeZoneId", HOURS, holder="BusinessHours"),
    Case("CustomField", "Lead.Tier__c", "label", "label", without=frozenset({"valueSet.valueSetName", "formula"})),
    Case("CustomObject", "Machine__c", "label", "label", without=ELSEWHERE),
    Case("Dashboard", "Sales/Deals", "label", "title", GRID, without=frozenset(SECTIONS)),
    Case("Dashboard", "Sales/Funnel", "label", "title"),
    Case("DuplicateRule", "Lead.Same", "label", "masterLabel", {**ITEMS, **MAPPING}),
    Case("Flow", "Follow_Up", "label", "label", {"status": "Draft"}),
    Case("Holiday", "New year", "description", "holidays.description",
         {"holidays.name#0": "New year", "holidays.name#1": "Easter"}, holder="BusinessHours"),
    Case("LeadConvertSettings", "LeadConvertSettings", "opportunity_creation_options", "opportunityCreationOptions",
         changed="NotVisible", text="NotVisible"),
    Case("MatchingRule", "Lead.Same", "label", "label", {"ruleStatus": "Inactive"}),
    Case("StandardValueSet", "LeadStatus", "sorted", "sorted", changed=False, text="false"),
)  # fmt: skip
"""Kinds whose objects need certain values, or whose input is not a text."""
WRITTEN = {name: kind for name, kind in KINDS.items() if isinstance(kind, MetadataKind) and name != "Layout"}
"""A layout is never written."""


def derived(kind: Any) -> Case:
    """The case of any other kind: the first text input that is an element, changed in the object of the example."""
    before = example(kind)
    fixed = kind.immutable | kind.identity | {"name"}
    texts = [key for key, info in kind.inputs.model_fields.items() if info.annotation in (str, str | None)]
    for text in (one for one in texts if one not in fixed):
        for element, value in kind.new_body(kind.parse({**before, text: CHANGED})).items():
            if value == CHANGED:
                return Case(kind.name, kind.vendor_name(kind.parse(before)), text, element)
    raise AssertionError(f"{kind.name} needs a case of its own in SPECIAL")


CASES = (*SPECIAL, *(derived(kind) for name, kind in WRITTEN.items() if name not in {one.kind for one in SPECIAL}))


@pytest.mark.parametrize("name", WRITTEN)
def test_lists_of_parts_say_what_identifies_an_entry(name: str) -> None:
    """Else an entry that moves would take the place of another, and what nobody declared would stay with that."""
    kinds: list[Any] = [*forms(WRITTEN[name])]
    for kind in kinds:
        if type(kind).changed_body is MetadataKind.changed_body and "*" not in kind.entry_keys:
            bodies = [kind.new_body(kind.parse(inputs)) for inputs in (example(kind), later(kind)) if inputs]
            assert {path for body in bodies for path in _lists_of_parts(body)} <= kind.entry_keys.keys()


def _lists_of_parts(body: Mapping[str, Any], within: str = "") -> Iterator[str]:
    for key, value in body.items():
        path = f"{within}.{key}" if within else key
        parts = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]
        yield from [path] if parts and isinstance(value, list) else []
        for one in parts:
            yield from _lists_of_parts(one, path)


@pytest.fixture
def verbatim(
    org: SalesforceAccess, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[VerbatimOrg]:
    """An org that holds what a test puts into it; the environment names it."""
    made = VerbatimOrg(org.http_url)
    with serving(made.answer, tls=True) as server:
        assert server.authority is not None
        bundle = tmp_path / "authority.pem"
        server.authority.cert_pem.write_to_path(str(bundle))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        monkeypatch.setenv("SALESFORCE_INSTANCE_URL", server.url)
        monkeypatch.setenv("SALESFORCE_SESSION_ID", org.access_token)
        yield made


def write(case: Case, open_session: OpenSession, *, whole: bool) -> None:
    """Takes the object as a program declares it, changes one input, and updates it.

    `whole` declares everything that the object says; else only what an entry of the kind cannot leave out.
    """
    kind: Any = KINDS[case.kind]
    session = open_session()
    live = session.find(kind, case.name)
    assert live is not None
    required = {key for key, info in kind.inputs.model_fields.items() if info.is_required()} | kind.identity
    declared = {
        key: value for key, value in live.definition.items() if key in required or (whole and value is not None)
    }
    kind.update(session, live, kind.parse({**declared, case.input: case.changed}))
    session.client.close()


def lines(elements: tuple[Element, ...]) -> list[str]:
    return [line for one in elements for line in one.lines()]


def difference(before: tuple[Element, ...], after: tuple[Element, ...]) -> str:
    return "\n".join(unified_diff(lines(before), lines(after), "expected", "written", lineterm="", n=2))


@pytest.mark.parametrize("whole", [False, True], ids=["declared in part", "declared in whole"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_one_input_changes_and_all_the_rest_of_a_full_component_stays(
    case: Case, whole: bool, verbatim: VerbatimOrg, open_session: OpenSession
) -> None:
    seeded = case.seeded()
    verbatim.components[case.key] = seeded
    write(case, open_session, whole=whole)
    assert difference(case.expected(seeded), verbatim.components[case.key]) == ""


ANY_PARTS = frozenset((
    "ApprovalProcess", "AssignmentRules", "CustomField", "CustomObject", "CustomPermission", "DuplicateRule", "Flow",
    "GlobalValueSet", "MatchingRule", "PathAssistant", "PermissionSet", "Queue", "RecordType", "ValidationRule",
    "WorkflowTask",
))  # fmt: skip
"""Kinds whose components may lack any of their parts."""


@pytest.mark.parametrize("case", [case for case in CASES if case.kind in ANY_PARTS], ids=str)
def test_one_input_changes_and_all_the_rest_of_any_component_stays(
    case: Case, verbatim: VerbatimOrg, open_session: OpenSession
) -> None:
    paths = sorted({path for path in _paths(case.seeded()) if path.rpartition(".")[2] not in NAMES})

    @settings(max_examples=6)
    @given(st.integers(0, 2**32), st.floats(0.1, 0.9))
    def check(seed: int, share: float) -> None:
        draw = random.Random(seed).random
        left_out = {path for path in paths if path != case.element and draw() < share}
        seeded = case.seeded(lambda path: path not in left_out)
        verbatim.components[case.key] = seeded
        write(case, open_session, whole=False)
        assert difference(case.expected(seeded), verbatim.components[case.key]) == ""

    check()


NAMES = frozenset((
    "apexClass", "apexPage", "application", "editable", "entityName", "externalCredentialPrincipal",
    "externalDataSource", "field", "fieldName", "flow", "fullName", "inputField", "inputObject", "label",
    "mappingFields", "matchingMethod", "matchingRule", "matchRuleSObjectType", "name", "nameField", "object",
    "operation", "outputField", "outputObject", "picklist", "picklistValueName", "pluralLabel", "recordType",
    "recordTypeName", "ruleStatus", "sobjectType", "sortOrder", "status", "tab", "table", "type", "valueName",
    "visibility",
))  # fmt: skip
"""Elements without which an entry or a component is none."""


def _paths(elements: tuple[Element, ...], within: str = "") -> Iterator[str]:
    for one in elements:
        path = f"{within}.{one.name}" if within else one.name
        yield path
        yield from _paths(one.children, path)


def test_parts_that_inputs_cannot_say_are_named(verbatim: VerbatimOrg, open_session: OpenSession) -> None:
    active = Element("lookupFilter", children=(Element("active", "true"),))
    seeded = (Element("label", "Machine"), active, Element("type", "Lookup"), Element("encryptionScheme", "None"))
    verbatim.components["CustomField", "Lead.Machine__c"] = seeded
    kind = KINDS["CustomField"]
    live = open_session().find(kind, "Lead.Machine__c")
    assert live is not None
    facts = kind.output_facts({"object": "Lead", "name": "Machine__c", "label": "Machine"}, live)
    assert facts == {"unmanaged_parts": ["encryptionScheme", "lookupFilter"]}


FLOW = Case("Flow", "Follow_Up", "label", "label", {"status": "Draft"})


def test_flow_without_an_api_version_gets_none(verbatim: VerbatimOrg, open_session: OpenSession) -> None:
    seeded = tuple(one for one in FLOW.seeded() if one.name in {"label", "processType", "start", "status"})
    verbatim.components[FLOW.key] = seeded
    write(FLOW, open_session, whole=False)
    assert difference(FLOW.expected(seeded), verbatim.components[FLOW.key]) == ""


def test_flow_keeps_what_a_newer_release_added_when_its_definition_changes(
    verbatim: VerbatimOrg, open_session: OpenSession
) -> None:
    item = Element(
        "assignmentItems",
        children=(
            Element("assignToReference", "Total"),
            Element("elementOfTomorrow", "kept"),
            Element("operator", "Assign"),
            Element("value", children=(Element("numberValue", "1.0"),)),
        ),
    )
    assignment = Element("assignments", children=(Element("name", "Set"), Element("newer", "kept"), item))
    seeded = (
        Element("apiVersion", "66.0"),
        assignment,
        Element("label", "Follow up"),
        Element("processType", "AutoLaunchedFlow"),
        Element("status", "Draft"),
    )
    verbatim.components[FLOW.key] = seeded
    session, kind = open_session(), KINDS["Flow"]
    live = session.find(kind, "Follow_Up")
    assert live is not None
    items = [{"assignToReference": "Total", "operator": "Assign", "value": {"stringValue": "one"}}]
    definition = {"assignments": [{"name": "Set", "assignmentItems": items}]}
    kind.update(session, live, kind.parse({"name": "Follow_Up", "label": "Follow up", "definition": definition}))
    value = Element("value", children=(Element("stringValue", "one"),))
    changed = replace(item, children=(*item.children[:-1], value))
    expected = (seeded[0], replace(assignment, children=(*assignment.children[:-1], changed)), *seeded[2:])
    assert difference(expected, verbatim.components[FLOW.key]) == ""


@pytest.mark.parametrize(
    ("served", "spoken"),
    [
        (("61.0", "63.0"), "63.0"),
        (("63.0", "66.0"), "66.0"),
        (("66.0", "67.0", "68.0"), "67.0"),
        (("31.0",), "63.0"),
        ((), "63.0"),
    ],
)
def test_org_is_spoken_to_in_its_own_version_as_far_as_that_is_known(
    served: tuple[str, ...], spoken: str, verbatim: VerbatimOrg, open_session: OpenSession
) -> None:
    verbatim.versions = served
    case = next(case for case in CASES if case.kind == "CustomPermission")
    verbatim.components[case.key] = case.seeded()
    verbatim.components[FLOW.key] = (Element("label", "Follow up"), Element("status", "Draft"))
    for one in (case, FLOW):
        write(one, open_session, whole=False)
    assert verbatim.spoken == {spoken}
