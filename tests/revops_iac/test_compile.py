"""What the engine makes of the compilers' declarations: names, order, take-over, and all problems at once."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from revops_iac.compile import Planned, compile_model
from revops_iac.config.settings import Settings
from revops_iac.errors import DiagnosticsError
from revops_iac.source.load import load

CONTEXT = "context:\n  systems: {managed: [hubspot, salesforce], source_of_truth: salesforce}\n"


def compiled(folder: Path, model: str) -> dict[tuple[str, str], Planned]:
    """What a model in one file becomes, by system and vendor name."""
    file = folder / "stacks" / "model" / "model.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(CONTEXT + dedent(model).lstrip("\n"), encoding="utf-8")
    planned = compile_model(load(folder / "stacks", None), Settings("dev"))
    return {(item.system, item.name): item for item in planned}


FIELD = """
    data_hygiene:
      fields:
        contact:
          promoter_score: {{label: NPS score, type: number, {beside}}}
"""


def test_renamed_entry_needs_one_line_for_all_its_systems(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticsError) as refused:
        compiled(tmp_path, FIELD.format(beside="was: nps_score"))
    assert str(refused.value) == (
        'stacks/model/model.yaml:6:7  field contact.promoter_score: "was" renames it, but the name of a '
        "HubSpot Property and a Salesforce CustomField cannot change after creation\n"
        "    fix: put beside it: vendor_name: {hubspot: nps_score, salesforce: Nps_Score__c}\n"
        "1 problem in 1 file; nothing was changed."
    )


def test_renamed_entry_with_its_names_pinned_keeps_them(tmp_path: Path) -> None:
    pins = "vendor_name: {hubspot: nps_score, salesforce: Nps_Score__c}"
    planned = compiled(tmp_path, FIELD.format(beside=f"was: nps_score, {pins}"))
    item = planned["hubspot", "contacts.nps_score"]
    assert (item.declaration.key, item.declaration.was) == ("contacts.promoter_score", ("contacts.nps_score",))
    assert planned["salesforce", "Lead.Nps_Score__c"].declaration.was == ("Lead.nps_score",)


PIPELINE = """
    data_hygiene:
      fields:
        deal:
          stage: {{label: Stage, type: picklist, standard: {{hubspot: dealstage, salesforce: StageName}}}}
          amount: {{label: Amount, type: currency, standard: {{hubspot: amount, salesforce: Amount}}}}
    pipelines:
      sales:
        label: Sales
        adopt: {adopt}
        stages:
          open: {{label: Open, probability: 0.1, forecast: pipeline}}
          offer: {{label: Offer, probability: 0.5, forecast: best_case, required_fields: [deal.amount]}}
          won: {{label: Won, probability: 1, forecast: closed, closed: won}}
          lost: {{label: Lost, probability: 0, forecast: omitted, closed: lost}}
        hygiene: {{no_skipping: true}}
"""


@pytest.mark.parametrize("adopt", ["true", "false"])
def test_adopting_an_entry_covers_what_it_becomes(tmp_path: Path, adopt: str) -> None:
    planned = compiled(tmp_path, PIPELINE.format(adopt=adopt))
    rule = planned["salesforce", "Opportunity.Sales_No_Skipping"]
    assert rule.declaration.origin == ("pipelines", "sales", "hygiene", "no_skipping")
    assert rule.declaration.inputs.get("adopt", False) is (adopt == "true")
    assert planned["hubspot", "deals.sales"].declaration.inputs.get("adopt", False) is (adopt == "true")


RAW = """
    hubspot:
      List:
        Nothing: {object: contacts, name: "", filter: x is known}
      Property:
        contacts.tier:
          object: contacts
          name: tier
          label: Tier
          type: bool
          field_type: booleancheckbox
          group_name: revenue
          options: [{label: Maybe, value: maybe}]
        contacts.seats: {object: contacts, name: seats, label: S, type: number, field_type: text, group_name: revenue}
        contacts.rank:
          {object: contacts, name: rank, label: R, type: number, field_type: number, group_name: g, display_order: -9}
      PipelineRules:
        deals.sales: {object: deals, pipeline: sales, no_skipping: true}
"""


def test_unfit_raw_inputs_are_said_where_they_stand(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticsError) as refused:
        compiled(tmp_path, RAW)
    fix = "    fix: correct it; in Python, help() of the kind's class shows an example\n"
    assert str(refused.value) == (
        'stacks/model/model.yaml:5:39  HubSpot List "Nothing": name: "" is not allowed here\n'
        "    fix: write a text that is not empty\n"
        'stacks/model/model.yaml:14:7  HubSpot Property "contacts.tier": options: a bool must have exactly the '
        f'values "true" and "false"\n{fix}'
        'stacks/model/model.yaml:15:89  HubSpot Property "contacts.seats": field_type is "text", for type number it '
        f"must be one of number, calculation_equation\n{fix}"
        'stacks/model/model.yaml:17:112  HubSpot Property "contacts.rank": display_order: -9 is out of range\n'
        "    fix: it must be greater than or equal to -1\n"
        'stacks/model/model.yaml:19:64  HubSpot PipelineRules "deals.sales": no_skipping: true is not a list\n'
        "    fix: write a list\n"
        'stacks/model/model.yaml:19:64  HubSpot PipelineRules "deals.sales": no_skipping: true is not one of all\n'
        "    fix: use all\n"
        "6 problems in 1 file; nothing was changed."
    )


@pytest.mark.parametrize("was", ["Hot leads", "[Hot leads, Old leads]"])
def test_raw_entry_says_its_earlier_keys(was: str, tmp_path: Path) -> None:
    entry = f"{{object: contacts, name: Warm leads, filter: jobtitle is known, was: {was}}}"
    (planned,) = compiled(tmp_path, f"hubspot: {{List: {{Warm leads: {entry}}}}}\n").values()
    assert planned.declaration.was[0] == "Hot leads"
    assert "was" not in planned.declaration.inputs


def test_earlier_key_that_is_no_string_is_refused(tmp_path: Path) -> None:
    entry = "{object: contacts, name: Warm leads, filter: jobtitle is known, was: 7}"
    with pytest.raises(DiagnosticsError, match='unknown key "was"'):
        compiled(tmp_path, f"hubspot: {{List: {{Warm leads: {entry}}}}}\n")


def test_stage_label_that_is_too_long_is_refused_on_its_own_line(tmp_path: Path) -> None:
    """Both CRMs hold the stages of a pipeline in a list of one object."""
    with pytest.raises(DiagnosticsError) as refused:
        compiled(
            tmp_path,
            f"""
            pipelines:
              sales:
                label: Sales
                stages:
                  new: {{label: New, probability: 0.1}}
                  open:
                    probability: 0.5
                    label: {"L" * 300}
            """,
        )
    assert {str(one.position) for one in refused.value.diagnostics} == {"stacks/model/model.yaml:10:16"}


def test_option_that_is_too_long_is_refused_where_it_is_written(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticsError) as refused:
        compiled(
            tmp_path,
            f"""
            hubspot:
              Property:
                contacts.x:
                  object: contacts
                  name: x
                  label: X
                  type: enumeration
                  field_type: select
                  group_name: contactinformation
                  options: [{{label: A, value: a, description: {"d" * 2999}}}]
            """,
        )
    assert str(refused.value) == (
        'stacks/model/model.yaml:12:17  HubSpot Property "contacts.x": options[0] has 3,001 characters; '
        "HubSpot allows 3,000\n    fix: shorten its label, value or description: all three together count\n"
        "1 problem in 1 file; nothing was changed."
    )
