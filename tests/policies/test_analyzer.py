"""What the engine is told of a plan: every violation once, whatever is unknown or crashes, and beside own policies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2 as proto
from pulumi_policy import (
    EnforcementLevel,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_BOOLEAN_VALUE, UNKNOWN_STRING_VALUE
from revops_policies import book
from revops_policies.analyzer import Analyzer
from revops_policies.book import rule_book, settings
from revops_policies.rule import Parameters
from revops_policies.subject import Subject

from revops_iac.diagnostics import Diagnostic

VALIDATION_RULE = "pulumi-python:dynamic/salesforce:ValidationRule"
BLOCKS = {"object": "Lead", "name": "Needs", "active": True, "error_condition_formula": "ISBLANK(Country)"}


def resource(type_: str, name: str, inputs: dict[str, Any]) -> proto.AnalyzerResource:
    properties = Struct()
    properties.update(inputs)
    return proto.AnalyzerResource(
        type=type_, name=name, urn=f"urn:pulumi:dev::acme::{type_}::{name}", properties=properties
    )


def analyze(analyzer: Analyzer, *resources: proto.AnalyzerResource) -> list[proto.AnalyzeDiagnostic]:
    return list(analyzer.AnalyzeStack(proto.AnalyzeStackRequest(resources=resources), None).diagnostics)


def of_rule(rule: str, found: list[proto.AnalyzeDiagnostic]) -> list[proto.AnalyzeDiagnostic]:
    return [one for one in found if one.policyName == rule]


def test_violation_carries_rule_level_severity_and_resource() -> None:
    item = resource(VALIDATION_RULE, "Lead.Needs", BLOCKS)
    (found,) = of_rule("validation-rules-have-bypass", analyze(Analyzer("revops", settings()), item))
    assert found.urn == item.urn
    assert found.enforcementLevel == proto.MANDATORY
    assert found.severity == proto.POLICY_SEVERITY_MEDIUM
    assert "it blocks everybody" in found.message


@pytest.mark.parametrize(
    "unknown", [{"error_condition_formula": UNKNOWN_STRING_VALUE}, {"active": UNKNOWN_BOOLEAN_VALUE}]
)
def test_no_rule_passes_because_an_input_is_unknown(unknown: dict[str, str]) -> None:
    item = resource(VALIDATION_RULE, "Lead.Needs", {**BLOCKS, **unknown})
    (found,) = of_rule("validation-rules-have-bypass", analyze(Analyzer("revops", settings()), item))
    assert found.enforcementLevel == proto.MANDATORY
    assert f'cannot be evaluated: input "{next(iter(unknown))}" is not known before pulumi up' in found.message


def test_unknown_input_that_no_rule_reads_breaks_none() -> None:
    inputs = {"object": "contacts", "name": "tier", "type": "string", "description": UNKNOWN_STRING_VALUE}
    item = resource("pulumi-python:dynamic/hubspot:Property", "contacts.tier", inputs)
    assert analyze(Analyzer("revops", settings()), item) == []


@pytest.mark.parametrize("level", ["advisory", "mandatory"])
def test_rule_that_crashes_fails_the_plan(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def trips(subject: Subject, parameters: Parameters) -> Iterator[Diagnostic]:
        raise LookupError("owner\nof the deal")

    broken = {**rule_book(), "engagement-decays": replace(rule_book()["engagement-decays"], check=trips)}
    monkeypatch.setattr("revops_policies.judgment.rule_book", lambda: broken)
    assert book.rule_book() is not broken
    (found,) = analyze(Analyzer("revops", settings({"engagement-decays": level})))
    assert (found.policyName, found.enforcementLevel) == ("engagement-decays", proto.MANDATORY)
    assert "cannot be evaluated: LookupError: owner; of the deal (test_analyzer.py:" in found.message


def test_config_of_the_command_line_wins_over_that_of_the_pack() -> None:
    analyzer = Analyzer("revops", settings({"all": "advisory"}))
    chosen = proto.PolicyConfig(enforcementLevel=proto.DISABLED)
    analyzer.Configure(proto.ConfigureAnalyzerRequest(policyConfig={"validation-rules-have-bypass": chosen}), None)
    assert analyze(analyzer, resource(VALIDATION_RULE, "Lead.Needs", BLOCKS)) == []


def test_every_rule_is_listed_with_its_parameters() -> None:
    info = Analyzer("revops", settings()).GetAnalyzerInfo(None, None)
    assert [policy.name for policy in info.policies] == list(rule_book())
    calibrated = next(policy for policy in info.policies if policy.name == "thresholds-are-calibrated")
    assert dict(calibrated.configSchema.properties["least_precision"])["type"] == "number"


def _names_are_short(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if len(args.name) > 5:
        report(f"{args.name} is long", args.urn)


def test_own_policy_that_raises_is_a_violation_that_names_it() -> None:
    def trips(args: ResourceValidationArgs, report: ReportViolation) -> None:
        raise ValueError("no\nowner")

    own = [ResourceValidationPolicy("ours", "Ours.", trips, EnforcementLevel.ADVISORY)]
    first = resource(VALIDATION_RULE, "Lead.Needs", BLOCKS)
    request = proto.AnalyzeRequest(type=first.type, name=first.name, urn=first.urn, properties=first.properties)
    analyzer = Analyzer("acme", settings({"all": "disabled"}), own)
    (found,) = analyzer.Analyze(request, None).diagnostics
    assert list(analyzer.Analyze(request, None).diagnostics) == []  # said once
    assert (found.policyName, found.enforcementLevel, found.urn) == ("ours", proto.MANDATORY, first.urn)
    assert found.message.startswith("Ours.\nours: cannot be evaluated: ValueError: no; owner (test_analyzer.py:")


def test_own_remediation_that_raises_is_a_violation_of_its_resource() -> None:
    def trips(args: ResourceValidationArgs) -> None:
        raise ValueError("no owner")

    own = [ResourceValidationPolicy("ours", "Ours.", remediate=trips, enforcement_level=EnforcementLevel.REMEDIATE)]
    first = resource(VALIDATION_RULE, "Lead.Needs", BLOCKS)
    request = proto.AnalyzeRequest(type=first.type, name=first.name, urn=first.urn, properties=first.properties)
    analyzer = Analyzer("acme", settings({"all": "disabled"}), own)
    assert list(analyzer.Remediate(request, None).remediations) == []
    (found,) = analyzer.Analyze(request, None).diagnostics
    assert (found.policyName, found.enforcementLevel, found.urn) == ("ours", proto.MANDATORY, first.urn)
    assert found.message.startswith("Ours.\nours: cannot be evaluated: ValueError: no owner (test_analyzer.py:")
    assert list(analyzer.Analyze(request, None).diagnostics) == []  # said once


def _one_rule_at_most(args: StackValidationArgs, report: ReportViolation) -> None:
    if len(args.resources) > 1:
        report("more than one", None)


def test_policies_of_a_company_run_beside_the_rules() -> None:
    own = [
        ResourceValidationPolicy("short-names", "Names are short.", _names_are_short, EnforcementLevel.ADVISORY),
        StackValidationPolicy("one-rule", "One rule.", _one_rule_at_most, EnforcementLevel.MANDATORY),
    ]
    analyzer = Analyzer("acme", settings({"all": "disabled"}), own)
    items = [resource(VALIDATION_RULE, name, BLOCKS) for name in ("Lead.Needs", "Lead.Wants")]
    first = items[0]
    request = proto.AnalyzeRequest(type=first.type, name=first.name, urn=first.urn, properties=first.properties)
    (of_resource,) = analyzer.Analyze(request, None).diagnostics
    assert of_resource.message == "Names are short.\nLead.Needs is long"
    (of_stack,) = analyze(analyzer, *items)
    assert (of_stack.policyName, of_stack.enforcementLevel) == ("one-rule", proto.MANDATORY)
    assert {"short-names", "one-rule"} < {policy.name for policy in analyzer.GetAnalyzerInfo(None, None).policies}
