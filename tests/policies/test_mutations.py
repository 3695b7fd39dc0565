"""A change of the reference model that breaks a rule is caught by that rule; what breaks with it is listed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from revops_policies.book import judge, rule_book, settings
from revops_policies.rules import recalibration_is_not_overdue
from revops_policies.subject import Subject, from_model

from revops_iac.compile import Planned, compile_model
from revops_iac.config.settings import Settings
from revops_iac.source.load import Loaded, load

STACKS = Path(__file__).resolve().parents[2] / "stacks"
FROZEN = date(2026, 11, 28)


@dataclass(frozen=True)
class Mutation:
    """An overlay of the reference model that breaks `rule`; `others` break with it.

    `compiled`: the rule reads resources, so the changed model is compiled; else those of the reference model serve.
    """

    rule: str
    overlay: str
    others: frozenset[str] = frozenset()
    compiled: bool = False


def mutation(rule: str, overlay: str, *others: str, compiled: bool = False) -> Mutation:
    return Mutation(rule, overlay, frozenset(others), compiled)


GONE = "{remove: true}"
MUTATIONS = [
    mutation("assignees-are-known", """
hubspot: {Workflow: {contacts.Call: {object: contacts, name: Call, description: Calls back,
  steps: [{create_task: {subject: Call back, owner: gone@northwind.example}}]}}}
""", compiled=True),
    mutation("assignees-have-members", "people: {teams: {sdr: {members: []}}}"),
    mutation("automations-do-not-loop", """
hubspot: {Workflow: {contacts.Echo: {object: contacts, name: Echo, description: Echoes,
  enroll: {when: sla_breached is true}, steps: [{set: {property: latest_mql_date, to_now: true}}]}}}
""", "property-has-one-writer", compiled=True),
    mutation("automations-have-owner-and-outcome", f"automation: {{workflows: {{stale_deal: {{outcome: {GONE}}}}}}}"),
    mutation("business-hours-are-used", """
people: {business_hours: {spare: {time_zone: Europe/Paris, days: {monday: 09:00-17:00}}}}
"""),
    mutation("close-date-push-needs-reason", f"pipelines: {{renewal: {{hygiene: {{push_reason_field: {GONE}}}}}}}"),
    mutation("crms-agree", """
data_hygiene: {fields: {contact: {language: {standard: {hubspot: spoken_language}}}}}
hubspot: {Property: {contacts.spoken_language: {object: contacts, name: spoken_language, label: Language,
  type: enumeration, field_type: select, group_name: contactinformation, options: [{label: English, value: en}]}}}
""", "named-options-exist", compiled=True),
    mutation("deal-desk-tiers-are-complete", "deal_desk: {standard: {approvals: {manager: {discount_from: 15}}}}"),
    mutation("define-before-automate", f"""
scoring: {{self_serve: {{fit: {GONE}, engagement: {GONE}}}, platform: {{fit: {GONE}, engagement: {GONE}}}}}
automation: {{workflows: {{stale_deal: {{enabled: true}}}}}}
""", "thresholds-are-within-reach"),
    mutation("duplicate-rules-cover-match-keys", "data_hygiene: {match_keys: {opted_in: contact.opted_in}}",
             compiled=True),
    mutation("engagement-decays", f"scoring: {{platform: {{decay: {GONE}}}}}"),
    mutation("environments-differ-where-allowed", "scoring: {platform: {thresholds: {fit: 60}}}"),
    mutation("handoff-has-sla-and-owner", f"lifecycle: {{handoffs: {{sdr_to_ae: {{accountable: {GONE}}}}}}}"),
    mutation("handoff-slas-are-tight", "lifecycle: {handoffs: {mql_to_sql: {sla: {first_contact: 2 days}}}}"),
    mutation("lifecycle-moves-forward", "lifecycle: {recycle: {back_to: sql}}"),
    mutation("mql-needs-fit-and-engagement", f"scoring: {{platform: {{thresholds: {{engagement: {GONE}}}}}}}"),
    mutation("named-options-exist", """
hubspot: {List: {Lost: {object: contacts, name: Lost, processing_type: DYNAMIC, filter: 'region is any of [latam]'}}}
""", compiled=True),
    mutation("notices-come-from-one-crm", """
hubspot: {Workflow: {deals.Tell: {object: deals, name: Tell, description: Tells,
  steps: [{create_task: {subject: "Stale deal: move it on, or close it"}}]}}}
""", compiled=True),
    mutation("personal-fields-have-purpose", f"data_hygiene: {{fields: {{contact: {{phone: {{purpose: {GONE}}}}}}}}}"),
    mutation("property-has-one-writer", """
hubspot: {Workflow: {contacts.Boost: {object: contacts, name: Boost, description: Boosts,
  steps: [{set: {property: engagement_score, to: 100}}]}}}
""", compiled=True),
    mutation("recalibration-is-not-overdue", "scoring: {platform: {recalibration: {next: 2026-01-15}}}"),
    mutation("recycling-needs-reason-and-nurture", f"lifecycle: {{recycle: {{nurture: {GONE}}}}}"),
    mutation("required-fields-are-writable",
             "lifecycle: {stages: {sql: {required_fields: [contact.fit_score]}}}"),
    mutation("required-fields-block-advance", "pipelines: {renewal: {stages: {value_review: {required_fields: []}}}}"),
    mutation("routed-stages-have-a-workflow", "routing: {inbound: {moments: [created, lead, recycled]}}"),
    mutation("routing-has-fallback-owner", f"routing: {{inbound: {{fallback: {GONE}}}}}"),
    mutation("routing-runs-specific-to-general", """
routing: {inbound: {rules: {late: {method: territory, when: contact.region = apac, assign: {team: sdr}}}}}
"""),
    mutation("scoring-has-negative-signals", f"scoring: {{platform: {{negative: {GONE}}}}}"),
    mutation("scoring-has-recalibration-date", f"scoring: {{platform: {{recalibration: {GONE}}}}}"),
    mutation("signals-count-once",
             "scoring: {platform: {engagement: {content_download: {sources: {hubspot: {form: Request a demo}}}}}}"),
    mutation("sla-stage-keeps-date", f"lifecycle: {{stages: {{mql: {{date_field: {GONE}}}}}}}"),
    mutation("source-of-truth-is-named", f"context: {{systems: {{source_of_truth: {GONE}}}}}"),
    mutation("stage-has-entry-exit-owner", f"lifecycle: {{stages: {{customer: {{owner: {GONE}}}}}}}"),
    mutation("stage-probabilities-rise", "pipelines: {renewal: {stages: {value_review: {probability: 0.3}}}}"),
    mutation("synced-field-has-one-writing-crm", """
hubspot: {Workflow: {deals.Own: {object: deals, name: Own, description: Owns,
  steps: [{set: {property: is_stale, to: "true"}}]}}}
""", compiled=True),
    mutation("thresholds-are-calibrated", f"scoring: {{platform: {{calibration: {GONE}}}}}"),
    mutation("thresholds-are-within-reach", "scoring: {platform: {thresholds: {fit: 140}}}"),
    mutation("validation-rules-have-bypass", """
salesforce: {ValidationRule: {Lead.Always: {object: Lead, name: Always, active: true, error_message: No,
  error_condition_formula: ISBLANK(Company)}}}
""", compiled=True),
]  # fmt: skip


@pytest.fixture(scope="module")
def reference() -> tuple[Loaded, list[Planned]]:
    loaded = load(STACKS)
    return loaded, compile_model(loaded, Settings("dev"))


@pytest.fixture(autouse=True)
def _frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalibration_is_not_overdue, "today", lambda: FROZEN)


def broken(subject: Subject) -> set[str]:
    """The rules that a subject breaks at their defaults, whatever their level."""
    return {name for name, setting in settings({"all": "mandatory"}).items() if judge(name, setting, subject)}


def mutated(one: Mutation, folder: Path, planned: list[Planned]) -> Subject:
    (folder / "overlays").mkdir(parents=True)
    (folder / "model").symlink_to(STACKS / "model")
    (folder / "overlays" / "changed.yaml").write_text(one.overlay, encoding="utf-8")
    loaded = load(folder, "changed")
    subject = from_model(loaded, compile_model(loaded, Settings("dev")) if one.compiled else planned)
    return subject if one.rule == "environments-differ-where-allowed" else replace(subject, overlaid={})


@pytest.mark.parametrize("system", ["hubspot", "salesforce", ""])
def test_reference_model_breaks_no_rule_in_one_stack_or_split_by_crm(
    system: str, reference: tuple[Loaded, list[Planned]]
) -> None:
    loaded, planned = reference
    assert broken(from_model(loaded, [one for one in planned if system in ("", one.system)])) == set()


def test_mutations_are_of_rules_in_their_order() -> None:
    names = [one.rule for one in MUTATIONS]
    assert names == [name for name in rule_book() if name in names]


UNLISTED = sorted(rule_book().keys() - {one.rule for one in MUTATIONS})
"""Rules without a mutation above: each is tried with its own failing example as the overlay."""
TRIED = [*MUTATIONS, *(mutation(name, rule_book()[name].failing, compiled=True) for name in UNLISTED)]


@pytest.mark.parametrize("one", TRIED, ids=lambda one: one.rule)
def test_mutation_is_caught_by_its_rule(one: Mutation, tmp_path: Path, reference: tuple[Loaded, list[Planned]]) -> None:
    found = broken(mutated(one, tmp_path / "stacks", reference[1]))
    assert found == {one.rule, *(found if one.rule in UNLISTED else one.others)}
