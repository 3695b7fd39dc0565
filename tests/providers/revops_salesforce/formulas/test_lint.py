"""Formulas that cannot be right: refused by the program alone, and with the org's fields at preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any, cast

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.dynamic import KINDS
from revops_salesforce.fields.org_fields import OrgFields
from revops_salesforce.formulas import lint as formula_lint
from revops_salesforce.formulas.fields import ObjectFields, ProgramFields
from salesforce_formula.kinds import ANY, BOOLEAN, LONG, NUMBER, PICKLIST, TEXT
from salesforce_formula.tokens import FormulaError

from revops_iac.compile import compile_model, input_warnings
from revops_iac.config.settings import Settings
from revops_iac.diagnostics import InputPath, render
from revops_iac.errors import DiagnosticsError
from revops_iac.provider.kind import DesiredResource
from revops_iac.source.load import load
from tests.diagnostics import refusals
from tests.providers.revops_salesforce.conftest import OpenSession
from tests.providers.typed_inputs import name_in

CONTEXT = "context:\n  systems: {managed: [salesforce], source_of_truth: salesforce}\n"


def problems(folder: Path, model: str) -> str:
    file = folder / "stacks" / "model" / "model.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(CONTEXT + dedent(model).lstrip("\n"), encoding="utf-8")
    with pytest.raises(DiagnosticsError) as refused:
        compile_model(load(folder / "stacks", None), Settings("dev"))
    return str(refused.value)


MODEL = """
    salesforce:
      CustomField:
        Opportunity.Tier__c:
          object: Opportunity
          name: Tier__c
          label: Tier
          type: Picklist
          value_set: {values: [{name: gold, label: Gold}, {name: silver, label: Silver}]}
        Opportunity.Rank__c:
          object: Opportunity
          name: Rank__c
          label: Rank
          type: Number
          precision: 5
          scale: 0
          formula: IF(Tier__c = "gold", 1, PRIORVALUE(Amount))
          formula_treat_blanks_as: BlankAsBlank
      ValidationRule:
        Opportunity.Rank_Is_Needed:
          object: Opportunity
          name: Rank_Is_Needed
          error_condition_formula: |
            AND(
              ISPICKVAL(Tier__c, "golden"),
              Rank__c > "5"
            )
          error_message: Rank it.
      Flow:
        Note:
          name: Note
          label: Note
          definition:
            processType: AutoLaunchedFlow
            start: {object: Opportunity, filterFormula: "ISPICKVAL({!$Record.Tier__c}, 'golden')"}
            formulas:
              - {name: late, dataType: Date, expression: '{!$Record.Rank__c} + 1'}
      AssignmentRules:
        Lead.Routing:
          object: Lead
          name: Routing
          active: false
          entries:
            - {formula: 'ISBLNK(Company)', assigned_to: x@example.com, assigned_to_type: User}
"""


def test_program_alone_finds_every_mistake_at_its_line_and_column(tmp_path: Path) -> None:
    message = problems(tmp_path, MODEL).splitlines()
    found = [line.partition("model.yaml:")[2] for line in message if "model.yaml:" in line]
    assert found == [
        '18:19  Salesforce CustomField "Opportunity.Rank__c": formula, column 4: Field Tier__c is a picklist field. '
        "Picklist fields are only supported in certain functions.",
        '18:40  Salesforce CustomField "Opportunity.Rank__c": formula, column 25: Function PRIORVALUE may not be used '
        "in this type of formula",
        '24:32  Salesforce ValidationRule "Opportunity.Rank_Is_Needed": error_condition_formula, line 3, column 13: '
        "Incorrect parameter type for operator '>'. Expected Number, received Text",
        '38:55  Salesforce Flow "Note": definition.formulas[0].expression, column 1: Formula result is data type '
        "(Number), incompatible with expected data type (Date).",
        '45:22  Salesforce AssignmentRules "Lead.Routing": entries[0].formula, column 1: Unknown function ISBLNK. '
        "Check spelling.",
    ]
    assert message[-1] == "5 problems in 1 file; nothing was changed."


def test_program_alone_warns_of_values_that_its_picklists_cannot_hold(tmp_path: Path) -> None:
    file = tmp_path / "stacks" / "model" / "model.yaml"
    file.parent.mkdir(parents=True)
    model = MODEL.replace('IF(Tier__c = "gold", 1, PRIORVALUE(Amount))', "1 + 1").replace('"5"', "5")
    model = model.replace("dataType: Date", "dataType: Number").replace("ISBLNK", "ISBLANK")
    file.write_text(CONTEXT + dedent(model).lstrip("\n"), encoding="utf-8")
    loaded = load(tmp_path / "stacks", None)
    found = input_warnings(compile_model(loaded, Settings("dev")), loaded)
    assert [f"{render(one)}".partition("model.yaml:")[2] for one in found] == [
        '24:32  warning: Salesforce ValidationRule "Opportunity.Rank_Is_Needed": error_condition_formula, line 2, '
        'column 22: "golden" is not a value of Tier__c, so the comparison would never be true\n'
        '    fix: use "gold", or add the value',
        '36:84  warning: Salesforce Flow "Note": definition.start.filterFormula, column 31: "golden" is not a value of '
        '$Record.Tier__c, so the comparison would never be true\n    fix: use "gold", or add the value',
    ]


def field(name: str, **inputs: Any) -> dict[str, Any]:
    return {"object": "Lead", "name": name, "label": name, **inputs}


def rule(formula: str) -> dict[str, Any]:
    return {"object": "Lead", "name": "Rule", "error_condition_formula": formula, "error_message": "No."}


def preflight_errors(
    open_session: OpenSession, kind: str, inputs: dict[str, Any], *others: dict[str, Any]
) -> list[str]:
    session = open_session(writes=False)
    name = name_in(KINDS[kind], inputs)
    desired = DesiredResource(kind, name, name, inputs)
    fields = [DesiredResource("CustomField", f"Lead.{other['name']}", other["name"], other) for other in others]
    session.declared = [*fields, desired]
    found = [
        text.partition("\n")[0] for text in refusals(KINDS[kind], session, desired, session.find(KINDS[kind], name))
    ]
    return [text.removeprefix(f'Salesforce {kind} "{name}": ') for text in found]


def seed_tier(accounts: RunningSimulators) -> None:
    values = [{"fullName": name, "label": name, "default": False} for name in ("gold", "silver")]
    value_set = {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}}
    tier = {"label": "Tier", "type": "Picklist", "valueSet": value_set}
    accounts.seed("salesforce", {"components": {"CustomField": {"Lead.Tier__c": tier}}})


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("ISBLANK(Company)", []),
        ("Owner:User.IsActive && ISBLANK(ConvertedAccount.Name) && $User.IsActive && $Profile.Name = 'x'", []),
        ("Compny = 'x'", ["column 1: Field Compny does not exist. Check spelling."]),
        ("Ghost__c = 'x'", ["column 1: Field Ghost__c does not exist. Check spelling."]),
        ("Ghost__r.Name = 'x'", ["column 1: Field Ghost__r.Name does not exist. Check spelling."]),
        ("$Usr.Name = 'x'", ["column 1: Field $Usr.Name does not exist. Check spelling."]),
        ("ISPICKVAL(Tier__c, 'silver')", []),  # a field without any permission, which describe does not show
        ("ISPICKVAL(Tier__c, 'bronze')", []),  # a warning
        ("Mine__c > 1 && ISBLANK(00N5e00000XyzAb) && Account.00N5e00000XyzAbEAK = 'x'", []),
        ("Owner:Queue.QueueName = 'x' && ConvertedAccount.Owner:User.Email = 'x'", []),
        ("ISPICKVAL($Profile.UserType, 'Standard') && $System.OriginDateTime < NOW() && $Setup.Off__c.All__c", []),
        ("$Label.Greeting & $Api.Session_ID & $Organization.Name = $CustomMetadata.Rule__mdt.One.Text__c", []),
        ("ISPICKVAL($Profile.Name, 'x')", ["column 11: Incorrect parameter type for function 'ISPICKVAL()'."]),
        ("Industry = 'x'", ["column 1: Field Industry is a picklist field. "]),
        ("ISBLANK(Mine__c) && Mine__c > 1", []),
        ("LEN(Description) > 5", []),
        ("Description > 5", ["column 15: Incorrect parameter type for operator '>'."]),
    ],
)  # fmt: skip
def test_org_knows_the_other_fields(
    accounts: RunningSimulators, open_session: OpenSession, formula: str, found: list[str]
) -> None:
    seed_tier(accounts)
    mine = field("Mine__c", type="Number", precision=5, scale=0)
    message = preflight_errors(open_session, "ValidationRule", {**rule(formula), "active": False}, mine)
    message = [text.removeprefix("error_condition_formula, ") for text in message]
    assert [text[: len(one)] for text, one in zip(message, found, strict=True)] == found


def test_refusal_at_preview_stands_at_the_column_in_the_file(tmp_path: Path, open_session: OpenSession) -> None:
    file = tmp_path / "stacks" / "model" / "model.yaml"
    file.parent.mkdir(parents=True)
    model = """
        salesforce:
          AssignmentRules:
            Lead.Routing:
              object: Lead
              name: Routing
              entries:
                - {formula: 'ISBLANK(Ghost__c)', assigned_to: x@example.com, assigned_to_type: User}
                - formula: |
                    ISBLANK(Spirit__c)
    """
    file.write_text(CONTEXT + dedent(model).lstrip("\n"), encoding="utf-8")
    loaded = load(tmp_path / "stacks", None)
    (planned,) = compile_model(loaded, Settings("dev"))
    texts = loaded.texts_of(planned.declaration.origin, planned.declaration.inputs)
    session = open_session(writes=False)
    desired = replace(planned.desired, texts=texts)
    session.declared = [desired]

    found = KINDS["AssignmentRules"].preflight_errors(session, desired, None)
    assert [str(desired.position_of(one.location)) for one in found] == [
        "stacks/model/model.yaml:9:30",
        "stacks/model/model.yaml:10:20",
    ]
    assert desired.position_of(InputPath(("entries", 7, "formula"), 5)) == planned.desired.position


def test_formula_that_the_org_holds_already_is_not_asked_about(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    live = {"active": True, "errorConditionFormula": "ISBLANK(Company)", "errorMessage": "No."}
    accounts.seed("salesforce", {"components": {"ValidationRule": {"Lead.Rule": live}}})
    accounts.control.log.clear()
    assert preflight_errors(open_session, "ValidationRule", {**rule("ISBLANK(Company)\n"), "active": True}) == []
    assert not [entry for entry in accounts.control.log.select(system="salesforce") if "describe" in entry.path]


@pytest.mark.parametrize("hints", ["true", "false"])
@pytest.mark.parametrize(("value", "is_said"), [("Web", False), ("Partner day", False), ("Wbe", True), ("", False)])
def test_value_that_a_standard_picklist_does_not_list_is_told_only_on_request(
    open_session: OpenSession, capfd: pytest.CaptureFixture[str], value: str, is_said: bool, hints: str
) -> None:
    session = open_session(writes=False, **{"revops:showHints": hints})
    values = [{"name": "Partner day", "label": "Partner day"}]
    sources = DesiredResource("StandardValueSet", "LeadSource", "LeadSource", {"name": "LeadSource", "values": values})
    desired = DesiredResource("ValidationRule", "Lead.Rule", "Lead.Rule", rule(f'ISPICKVAL(LeadSource, "{value}")'))
    session.declared = [sources, desired]
    assert list(formula_lint.preflight_errors(KINDS["ValidationRule"], session, desired, None)) == []
    message = (
        '"Wbe" is not a value of LeadSource, though records may hold it all the same\n'
        '    fix: use "Web", or add the value'
    )
    assert (message in capfd.readouterr().err) is (is_said and hints == "true")


@pytest.mark.parametrize(("restricted", "is_said"), [(True, True), (False, False)])
def test_only_a_restricted_picklist_makes_an_unknown_value_worth_a_warning(
    accounts: RunningSimulators,
    open_session: OpenSession,
    capfd: pytest.CaptureFixture[str],
    restricted: bool,
    is_said: bool,
) -> None:
    seed_tier(accounts)
    value_set = {"values": [{"name": "low", "label": "Low"}], "restricted": restricted}
    mine = field("Level__c", type="Picklist", value_set=value_set)
    text = "ISPICKVAL(Tier__c, 'bronze') || TEXT(Level__c) = 'high' || CASE(Level__c, 'none', 1, 2) > 1"
    assert preflight_errors(open_session, "ValidationRule", {**rule(text), "active": False}, mine) == []
    told = capfd.readouterr().err
    assert '"bronze" is not a value of Tier__c, so the comparison would never be true' in told
    assert ['"high" is not a value of Level__c' in told, '"none" is not a value of Level__c' in told] == [is_said] * 2


def test_custom_fields_of_tasks_and_events_are_those_of_activities(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    program = ProgramFields([("CustomField", {"object": "Activity", "name": "Kind__c", "type": "Picklist"})])
    for object_, expected in (("Task", PICKLIST), ("Event", PICKLIST), ("Lead", ANY)):
        assert ObjectFields(object_, program, None, in_flow=False).type_of("Kind__c") == expected


class Shown:
    """An org that shows some fields, and has others that describe does not show."""

    def described(self, object_: str) -> Mapping[str, Mapping[str, Any]] | None:
        areas = {name.lower(): {"type": "textarea", "length": size, "name": name} for name, size in AREAS.items()}
        return {"Product2": areas, "Lead": {}}.get(object_)

    def custom(self, object_: str, name: str) -> None:
        """None of its own."""

    def has_hidden(self, object_: str, name: str) -> bool:
        return (object_, name) == ("Lead", "CampaignId")


AREAS = {"Description": 4_000, "Body": 32_000, "Notes__c": 4_000, "Short__c": 255}


def test_a_standard_text_area_is_long_only_beyond_4000_characters() -> None:
    names = ObjectFields("Product2", ProgramFields(()), cast(OrgFields, Shown()), in_flow=False)
    assert {name: names.type_of(name) for name in AREAS} == {
        "Description": TEXT, "Body": LONG, "Notes__c": LONG, "Short__c": TEXT,
    }  # fmt: skip


def test_relationship_that_describe_does_not_show_may_exist() -> None:
    names = ObjectFields("Lead", ProgramFields(()), cast(OrgFields, Shown()), in_flow=False)
    assert names.type_of("Campaign.Name") == ANY
    assert names.type_of("Ref__pr.Name") == ANY
    with pytest.raises(FormulaError):
        names.type_of("Campain.Name")


def test_names_of_flows_are_read_without_case_and_globals_too() -> None:
    program = ProgramFields([("CustomField", {"object": "Lead", "name": "Seats__c", "type": "Number"})])
    names = ObjectFields("Lead", program, None, in_flow=True)
    assert [names.type_of(name) for name in ("$record.Seats__c", "$RECORD", "$user.IsActive", "$Flow.CurrentDate")] == [
        NUMBER, ANY, BOOLEAN, ANY,
    ]  # fmt: skip


def test_expanded_size_counts_formula_fields_of_the_org(
    accounts: RunningSimulators, open_session: OpenSession, capfd: pytest.CaptureFixture[str]
) -> None:
    long = " + ".join(["NumberOfEmployees"] * 180)
    body = {"label": "Size", "type": "Number", "precision": 18, "scale": 0, "formula": long}
    permission = {"field": "Lead.Size__c", "readable": True, "editable": False}
    components = {
        "CustomField": {"Lead.Size__c": body},
        "PermissionSet": {"See": {"label": "See", "fieldPermissions": [permission]}},
    }
    assert accounts.salesforce is not None
    assignment = {"PermissionSet": "See", "Username": accounts.salesforce.username}
    accounts.seed("salesforce", {"components": components, "assignments": [assignment]})
    over = field("Over__c", type="Number", precision=18, scale=0, formula=" + ".join(["Size__c"] * 5))
    near = field("Near__c", type="Number", precision=18, scale=0, formula=" + ".join(["Size__c"] * 4))
    assert preflight_errors(open_session, "CustomField", over) == [
        "formula, column 1: with the formula fields that it names it has at least 18,032 bytes; the limit is 15,000"
    ]
    assert preflight_errors(open_session, "CustomField", near) == []
    assert "formula, column 1: with the formula fields that it names it has at least" in capfd.readouterr().err
