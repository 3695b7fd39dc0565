"""The model as HubSpot resources: names, types, scores, pipelines, segments; and that a portal takes all of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
from crm_simulators.server import RunningSimulators
from revops_hubspot.compiler import compile_model
from revops_hubspot.compiler.automations import compile_automations
from revops_hubspot.compiler.terms.names import Names
from revops_hubspot.dynamic import KINDS

from revops_iac.compile import validated
from revops_iac.config.settings import Settings
from revops_iac.model import Model
from revops_iac.provider.declaration import CannotCompile, Declaration
from revops_iac.source.load import load
from tests.diagnostics import keys_of
from tests.providers.typed_inputs import parsed

STACKS = Path(__file__).resolve().parents[4] / "stacks"
SETTINGS = Settings("test", go_live=date(2026, 12, 1))
ORDER = [
    "PropertyGroup",
    "Property",
    "PropertyOptions",
    "PropertyValidation",
    "LifecycleStages",
    "Pipeline",
    "List",
    "Workflow",
    "WorkflowActivation",
]
STAND_IN = "revops@northwind.example"
LONGEST_FORMULA = 10_000
"""No limit is documented [?]; far beyond what the reference model needs, a formula is a risk."""


def compiled(model: Model) -> dict[tuple[str, str], Declaration]:
    return {(one.kind, one.key): one for one in compile_model(model, SETTINGS)}


def fields(prefix: str = "", **contact: Mapping[str, Any]) -> Model:
    """A model that declares fields of the contact."""
    return Model.model_validate({"context": {"name_prefix": prefix}, "data_hygiene": {"fields": {"contact": contact}}})


@pytest.fixture(scope="module")
def reference() -> Model:
    return load(STACKS, "dev").model


def test_every_declaration_of_the_reference_model_fits_its_kind(reference: Model) -> None:
    declared = list(compile_model(reference, SETTINGS))

    names = [(one.kind, KINDS[one.kind].vendor_name(parsed(KINDS[one.kind], one.inputs))) for one in declared]
    assert len(set(names)) == len(names)
    assert len({(one.kind, one.key) for one in declared}) == len(declared)


def test_a_portal_takes_the_whole_reference_model_and_shows_no_difference(
    reference: Model, accounts: RunningSimulators, open_session: Any
) -> None:
    people = {"users": [{"email": STAND_IN, "firstName": "RevOps"}]}
    requests.post(f"{accounts.hubspot.url}/_sim/seed", json=people, timeout=10).raise_for_status()
    session = open_session()
    declared = {
        (d.kind, d.key): d for d in [*compile_model(reference, SETTINGS), *compile_automations(reference, SETTINGS)]
    }

    def order(one: Declaration) -> tuple[int, int]:
        formula = one.inputs.get("calculation_formula", "")
        return ORDER.index(one.kind), (1 + ("fit_score" in formula)) if formula else 0

    for one in sorted(declared.values(), key=order):
        kind = KINDS[one.kind]
        inputs = validated(kind, one.inputs)
        found = session.find(kind, kind.vendor_name(kind.parse(inputs))) if kind.existence.is_permanent else None
        live = (
            kind.create(session, kind.parse(inputs))
            if found is None
            else kind.update(session, found, kind.parse(inputs))
        )
        assert kind.differences(inputs, kind.managed_view(inputs, live)) == [], one.key
    assert {one.kind for one in declared.values()} == set(ORDER)


def test_formulas_of_the_reference_model_stay_short(reference: Model) -> None:
    formulas = [one.inputs.get("calculation_formula", "") for one in compile_model(reference, SETTINGS)]

    assert 0 < max(map(len, formulas)) < LONGEST_FORMULA


def test_a_field_becomes_a_property_in_the_group_of_its_object() -> None:
    declared = compiled(fields(mql_date={"label": "MQL date", "type": "date", "description": "When."}))

    assert declared["PropertyGroup", "contacts.revops"].inputs == {
        "object": "contacts",
        "name": "revops",
        "label": "Revenue operations",
    }
    one = declared["Property", "contacts.mql_date"]
    assert one.origin == ("data_hygiene", "fields", "contact", "mql_date")
    assert one.inputs == {
        "object": "contacts",
        "name": "mql_date",
        "label": "MQL date",
        "group_name": "revops",
        "description": "When.",
        "type": "date",
        "field_type": "date",
    }


def test_the_prefix_is_in_vendor_names_and_not_in_pulumi_names() -> None:
    declared = compiled(fields("nw_", budget={"label": "Budget", "type": "number"}))

    assert declared["Property", "contacts.budget"].inputs["name"] == "nw_budget"
    assert declared["PropertyGroup", "contacts.revops"].inputs["name"] == "nw_revops"


@pytest.mark.parametrize("pinned", ["budget_2024", {"hubspot": "budget_2024", "salesforce": "Budget__c"}])
def test_a_vendor_name_is_taken_verbatim(pinned: Any) -> None:
    one = compiled(fields("nw_", budget={"label": "Budget", "type": "number", "vendor_name": pinned}))

    assert one["Property", "contacts.budget"].inputs["name"] == "budget_2024"
    assert one["Property", "contacts.budget"].vendor_name_given


def test_a_renamed_field_keeps_its_earlier_pulumi_name_and_says_how_to_keep_its_name() -> None:
    one = compiled(fields("nw_", budget={"label": "Budget", "type": "number", "was": "money"}))[
        "Property", "contacts.budget"
    ]

    assert (one.was, one.vendor_name_given) == (("contacts.money",), False)
    assert one.suggestion == "vendor_name: {hubspot: nw_money}"


def test_fields_that_every_portal_has_and_fields_of_leads_are_not_made() -> None:
    model = Model.model_validate(
        {
            "data_hygiene": {
                "fields": {
                    "contact": {"email": {"label": "Email", "type": "email", "standard": {"hubspot": "email"}}},
                    "lead": {"rating": {"label": "Rating", "type": "text"}},
                }
            }
        }
    )

    assert compiled(model) == {}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("text", {"type": "string", "field_type": "text"}),
        ("long_text", {"type": "string", "field_type": "textarea"}),
        ("number", {"type": "number", "field_type": "number"}),
        ("currency", {"type": "number", "field_type": "number", "number_display_hint": "currency"}),
        ("percent", {"type": "number", "field_type": "number", "number_display_hint": "formatted"}),
        ("datetime", {"type": "datetime", "field_type": "date"}),
        ("checkbox", {"type": "bool", "field_type": "booleancheckbox"}),
        ("email", {"type": "string", "field_type": "text", "text_display_hint": "email"}),
        ("phone", {"type": "string", "field_type": "phonenumber"}),
        ("url", {"type": "string", "field_type": "text"}),
        (
            "user",
            {
                "type": "enumeration",
                "field_type": "select",
                "external_options": True,
                "referenced_object_type": "OWNER",
            },
        ),
    ],
)
def test_every_type_has_its_pair_on_hubspot(kind: str, expected: dict[str, Any]) -> None:
    inputs = compiled(fields(x={"label": "X", "type": kind}))["Property", "contacts.x"].inputs

    plain = {"object": "contacts", "name": "x", "label": "X", "group_name": "revops"}
    assert inputs == {**plain, **expected}


@pytest.mark.parametrize(("kind", "field_type"), [("picklist", "select"), ("multi_picklist", "checkbox")])
def test_options_keep_their_order(kind: str, field_type: str) -> None:
    field = {"label": "X", "type": kind, "options": {"z": "Last letter", "a": "First letter"}}
    inputs = compiled(fields(x=field))["Property", "contacts.x"].inputs

    assert (inputs["type"], inputs["field_type"]) == ("enumeration", field_type)
    assert inputs["options"] == [{"label": "Last letter", "value": "z"}, {"label": "First letter", "value": "a"}]


def test_scores_are_calculations_and_the_engagement_is_a_number(reference: Model) -> None:
    declared = compiled(reference)

    def kind_of(key: str) -> tuple[str, str]:
        inputs = declared["Property", f"contacts.{key}"].inputs
        return inputs["type"], inputs["field_type"]

    calculated = "calculation_equation"
    assert kind_of("fit_score") == kind_of("lead_score") == ("number", calculated)
    assert kind_of("mql_ready") == ("bool", calculated)
    assert kind_of("engagement_score") == ("number", "number")
    assert kind_of("engagement_after_decay") == ("number", calculated)


def test_where_scoring_runs_elsewhere_the_scores_are_plain_and_nothing_moves_them() -> None:
    score = {name: f"contact.{name}" for name in ("fit", "engagement", "total", "ready")}
    number = {"label": "N", "type": "number"}
    contact = {"fit": number, "engagement": number, "total": number, "ready": {"label": "R", "type": "checkbox"}}
    model = Model.model_validate(
        {
            "scoring": {"all": {"runs_on": "salesforce", "fields": score, "thresholds": {"fit": 1, "engagement": 1}}},
            "data_hygiene": {"fields": {"contact": contact}},
        }
    )

    declared = compiled(model)
    assert "calculation_formula" not in declared["Property", "contacts.fit"].inputs
    assert {kind for kind, _ in declared} == {"PropertyGroup", "Property"}


def test_a_score_that_hubspot_cannot_calculate_is_refused_with_its_place_and_all_at_once() -> None:
    score = {name: f"contact.{name}" for name in ("fit", "engagement", "total", "ready")}
    number = {"label": "N", "type": "number"}
    contact = {**dict.fromkeys(("fit", "engagement", "total"), number), "ready": {"label": "R", "type": "checkbox"}}
    contact |= {"title": {"label": "Title", "type": "text"}, "born": {"label": "Born", "type": "date"}}
    bands = [{"when": "contact.title contains any of [vp]", "points": 1}]
    entry = {
        "fields": score,
        "fit": {"role": {"bands": bands}},
        "negative": {"young": {"when": "contact.born > 2010-01-01", "points": -1}},
    }
    model = Model.model_validate({"scoring": {"all": entry}, "data_hygiene": {"fields": {"contact": contact}}})

    with pytest.raises(CannotCompile) as refused:
        compile_model(model, SETTINGS)
    assert [keys_of(diagnostic) for diagnostic in refused.value.diagnostics] == [
        ("scoring", "all", "fit", "role", "bands", 0, "when"),
        ("scoring", "all", "negative", "young", "when"),
    ]


def test_a_pipeline_has_its_stages_in_order_with_ids_of_ours(reference: Model) -> None:
    inputs = compiled(reference)["Pipeline", "deals.new_business"].inputs

    assert (inputs["object"], inputs["name"], inputs["label"]) == ("deals", "new_business", "New business")
    assert inputs["stages"][0] == {"id": "new_business_qualified", "label": "Qualified", "probability": 0.1}
    assert [stage["id"] for stage in inputs["stages"]] == [
        f"new_business_{key}" for key in reference.pipelines["new_business"].stages
    ]


def test_every_lifecycle_stage_has_a_segment_with_hubspots_own_value(reference: Model) -> None:
    assert reference.lifecycle is not None
    declared = compiled(reference)
    for key, stage in reference.lifecycle.stages.items():
        inputs = declared["List", f"contacts.lifecycle_{key}"].inputs
        assert inputs["name"] == f"Lifecycle: {stage.label}"
        assert inputs["filter"] == f"lifecyclestage is any of [{stage.hubspot_value}]"


def test_segments_show_what_is_missing_inactive_unreasoned_and_unapproved(reference: Model) -> None:
    keys = {key for kind, key in compiled(reference) if kind == "List"}

    assert {"contacts.missing_mql", "contacts.inactive", "contacts.rejected_without_reason"} <= keys
    assert {"deals.missing_new_business_proposal", "deals.review_standard", "deals.unapproved_standard"} <= keys


def test_a_deal_stage_in_a_condition_stands_for_that_stage_of_every_pipeline(reference: Model) -> None:
    assert Names(reference).option("deal.stage", "closed_won") == ("new_business_closed_won", "renewal_closed_won")


def test_what_names_deal_stages_comes_after_their_pipelines(reference: Model) -> None:
    declared = compiled(reference)

    (first,) = declared["List", "deals.missing_renewal_proposal"].depends_on
    assert (first.kind, first.name) == ("Pipeline", "deals.renewal")
    assert len(declared["List", "deals.unapproved_standard"].depends_on) == 2
    assert declared["List", "contacts.lifecycle_mql"].depends_on == ()


def pipeline_with(stage: dict[str, Any], **entry: Any) -> Model:
    open_stage = {"label": "Open", "probability": 0.5, **stage}
    return Model.model_validate({"pipelines": {"sales": {"label": "Sales", "stages": {"open": open_stage}, **entry}}})


def test_a_renamed_stage_must_keep_its_id() -> None:
    with pytest.raises(CannotCompile) as refused:
        compile_model(pipeline_with({"was": "working"}), SETTINGS)

    (diagnostic,) = refused.value.diagnostics
    assert keys_of(diagnostic) == ("pipelines", "sales", "stages", "open")
    assert diagnostic.message == '"was" renames it, but the id of a HubSpot stage cannot change after creation'
    assert diagnostic.fix == "put beside it: vendor_name: {hubspot: sales_working}"


def test_a_renamed_pipeline_with_its_vendor_name_keeps_every_id() -> None:
    model = pipeline_with({}, was="deals", vendor_name={"hubspot": "deals"})

    one = compiled(model)["Pipeline", "deals.sales"]
    assert (one.was, one.vendor_name_given) == (("deals.deals",), True)
    assert (one.inputs["name"], one.inputs["stages"][0]["id"]) == ("deals", "deals_open")


def lifecycle(**more: Any) -> Model:
    """A lifecycle of two stages, one of them our own, with three lead statuses on HubSpot's own property."""
    fields = {"lead_status": {"label": "Lead status", "type": "picklist", "standard": {"hubspot": "hs_lead_status"}}}
    return Model.model_validate(
        {
            "data_hygiene": {"fields": {"contact": fields}},
            "lifecycle": {
                "status_field": "contact.lead_status",
                "stages": {"mql": {"label": "MQL", "hubspot_value": "marketingqualifiedlead"}, "fan": {"label": "Fan"}},
                "lead_statuses": {"open": "Open", "bad_timing": "Bad timing", "recycled": "Recycled"},
                "recycle": {"status": "recycled", "back_to": "mql"},
            },
            **more,
        }
    )


def test_lead_statuses_stand_beside_those_that_hubspot_has() -> None:
    declared = compiled(lifecycle())["PropertyOptions", "contacts.hs_lead_status"]
    assert declared.inputs["options"] == [
        {"label": "Open", "value": "OPEN"},
        {"label": "Bad Timing", "value": "BAD_TIMING"},
        {"label": "Recycled", "value": "recycled"},
    ]


def test_lead_status_keeps_the_value_that_the_author_gives() -> None:
    model = lifecycle()
    assert model.lifecycle is not None
    given = model.lifecycle.model_copy(update={"lead_status_values": {"bad_timing": {"hubspot": "LATER"}}})
    declared = compiled(model.model_copy(update={"lifecycle": given}))["PropertyOptions", "contacts.hs_lead_status"]
    assert {"label": "Bad timing", "value": "LATER"} in declared.inputs["options"]


def test_stage_that_was_called_otherwise_keeps_its_value_and_is_told_by_its_label() -> None:
    stages = {"mql": {"label": "MQL", "hubspot_value": "12345"}, "fan": {"label": "Fan", "was": "friend"}}
    declared = compiled(Model.model_validate({"lifecycle": {"stages": stages}}))
    listed = declared["LifecycleStages", "contacts.lifecyclestage"].inputs["stages"]
    assert listed == [{"value": "12345", "label": "MQL"}, {"value": "friend", "label": "Fan"}]
    assert declared["List", "contacts.lifecycle_fan"].inputs["filter"] == "lifecyclestage is any of [friend]"


def test_stages_are_written_to_hubspot_only_on_request() -> None:
    stages = {"mql": {"label": "MQL", "hubspot_value": "marketingqualifiedlead"}}
    model = Model.model_validate({"lifecycle": {"stages": stages, "write_hubspot_stages": True}})
    assert compiled(model)["LifecycleStages", "contacts.lifecyclestage"].inputs == {
        "object": "contacts",
        "stages": [{"value": "marketingqualifiedlead", "label": "MQL"}],
        "write_undocumented": True,
        "adopt": False,
    }


def test_lifecycle_stages_are_watched_and_only_our_own_by_label() -> None:
    declared = compiled(lifecycle())["LifecycleStages", "contacts.lifecyclestage"]
    assert declared.inputs == {
        "object": "contacts",
        "stages": [{"value": "marketingqualifiedlead"}, {"value": "fan", "label": "Fan"}],
    }


def test_rules_follow_from_types_length_and_decimals_of_fields_that_nobody_computes() -> None:
    declared = compiled(
        fields(
            work_email={"label": "Work e-mail", "type": "email", "length": 100},
            site={"label": "Site", "type": "url"},
            seats={"label": "Seats", "type": "number", "decimals": 0},
            note={"label": "Note", "type": "long_text", "length": 50000},
            email={"label": "E-mail", "type": "email", "standard": {"hubspot": "email"}},
        )
    )
    rules = {key: one.inputs["arguments"] for (kind, key), one in declared.items() if kind == "PropertyValidation"}
    assert rules == {
        "contacts.work_email.EMAIL": [],
        "contacts.work_email.MAX_LENGTH": ["100"],
        "contacts.site.URL": [],
        "contacts.seats.DECIMAL": ["0"],
    }


DESK: dict[str, Any] = {
    "context": {"systems": {"managed": ["hubspot"], "source_of_truth": "hubspot"}},
    "people": {"persons": {"ada": {"name": "Ada", "email": "ada@northwind.example"}}},
    "data_hygiene": {
        "fields": {
            "deal": {
                "discount": {"label": "Discount", "type": "percent"},
                "terms": {"label": "Own terms", "type": "checkbox"},
                "approval": {"label": "Approval", "type": "picklist", "options": {"pending": "Pending"}},
            }
        }
    },
    "pipelines": {
        "sales": {
            "label": "Sales",
            "hygiene": {"no_skipping": True},
            "stages": {
                "open": {"label": "Open", "probability": 0.2},
                "won": {"label": "Won", "probability": 1, "closed": "won"},
                "lost": {"label": "Lost", "probability": 0, "closed": "lost"},
            },
        }
    },
    "deal_desk": {
        "standard": {
            "fields": {"discount": "deal.discount", "legal": "deal.terms", "approval": "deal.approval"},
            "approvals": {
                "usual": {"discount_below": 10, "approver": "automatic"},
                "boss": {"discount_from": 10, "custom_terms": True, "approver": {"person": "ada"}},
            },
        }
    },
}


def test_pipeline_that_runs_here_holds_no_skipping_and_a_workflow_asks_for_approval() -> None:
    declared = compiled(Model.model_validate(DESK))
    assert declared["PipelineRules", "deals.sales"].inputs == {
        "object": "deals",
        "pipeline": "sales",
        "no_skipping": ["sales_open", "sales_won"],
    }
    asked = declared["Workflow", "deals.approval_standard_boss"].inputs
    assert asked["name"] == "Approval: standard, boss"
    assert asked["enroll"]["when"] == "(discount >= 10 or terms is true) and createdate after 2026-11-30"
    marked, task = asked["steps"]
    assert marked == {"set": {"property": "approval", "to": "pending"}}
    assert task["create_task"]["owner"] == "ada@northwind.example"


def test_portal_with_stage_approvals_holds_them_itself() -> None:
    settings = Settings("test", go_live=date(2026, 12, 1), features=frozenset({"hubspot.stage_approvals"}))
    declared = {(one.kind, one.key): one for one in compile_model(Model.model_validate(DESK), settings)}
    (approval,) = declared["PipelineRules", "deals.sales"].inputs["approvals"]
    assert (approval["stage"], approval["mode"]) == ("sales_won", "ANY")
    assert approval["approvers"] == ["ada@northwind.example"]
    assert len(approval["filter_branch"]["filterBranches"]) == 2
    assert [key for kind, key in declared if kind == "Workflow" and "approval" in key] == []


@pytest.mark.parametrize(
    ("field", "fix"),
    [
        ({"type": "text"}, "use it with standard: {hubspot: country}"),
        ({"type": "number"}, "its type does not fit number"),
    ],
)
def test_a_field_that_hubspot_has_itself_is_bound_or_called_otherwise(field: Mapping[str, Any], fix: str) -> None:
    country = {"label": "Country", **field}
    with pytest.raises(CannotCompile) as raised:
        compile_model(fields(country=country), SETTINGS)
    (found,) = raised.value.diagnostics
    assert keys_of(found) == ("data_hygiene", "fields", "contact", "country")
    assert found.message == '"country" is a property of HubSpot\'s own, Country/region (string)'
    assert found.fix == f"{fix}; make another one with vendor_name: {{hubspot: country_2}} or another key"

    for other in ({"standard": {"hubspot": "country"}}, {"vendor_name": {"hubspot": "country_2"}}, {"adopt": True}):
        compile_model(fields(country={**country, **other}), SETTINGS)
    compile_model(fields("nw_", country=country), SETTINGS)
