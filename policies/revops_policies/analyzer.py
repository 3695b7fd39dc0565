"""Serves the rules to the Pulumi engine: the plan is read once, whatever the number of rules.

The SDK's own server reads the whole plan again for each policy, which costs seconds in a large stack; it also turns a
rule that meets an unknown value into advice. So this one speaks the analyzer protocol itself, and leaves only a
company's own policies to the SDK.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2 as proto
from pulumi.runtime.proto import analyzer_pb2_grpc, plugin_pb2
from pulumi_policy import EnforcementLevel, Policy
from pulumi_policy.policy import _PolicyAnalyzerServicer

from revops_iac.diagnostics import escaped
from revops_iac.engine import collect_rarely
from revops_policies.book import Setting, cause_of, rule_book
from revops_policies.judgment import Violation, violations
from revops_policies.rule import Level, Rule

VERSION = "0.0.1"
"""Where PulumiPolicy.yaml has a version, the CLI shows that one."""
_LEVELS: Mapping[Level, proto.EnforcementLevel.ValueType] = {
    "advisory": proto.ADVISORY,
    "mandatory": proto.MANDATORY,
    "disabled": proto.DISABLED,
}
_NAMES: Mapping[int, Level] = {
    proto.ADVISORY: "advisory",
    proto.MANDATORY: "mandatory",
    proto.REMEDIATE: "mandatory",
    proto.DISABLED: "disabled",
}
_SEVERITIES = {
    "low": proto.POLICY_SEVERITY_LOW,
    "medium": proto.POLICY_SEVERITY_MEDIUM,
    "high": proto.POLICY_SEVERITY_HIGH,
    "critical": proto.POLICY_SEVERITY_CRITICAL,
}
_UNBOUNDED = [("grpc.max_receive_message_length", -1)]


class Analyzer(analyzer_pb2_grpc.AnalyzerServicer):
    """The rules under their settings, and a company's own policies beside them."""

    def __init__(self, name: str, settings: Mapping[str, Setting], policies: Sequence[Policy] = ()) -> None:
        self._name = name
        self._settings = dict(settings)
        advisory = EnforcementLevel.ADVISORY
        self._tripped = dict[str, str]()
        """Own policies that raised, and the cause until it is reported."""
        self._own: list[tuple[Policy, Any]] = [
            (one, _PolicyAnalyzerServicer(name, VERSION, [one], advisory)) for one in policies
        ]

    def GetAnalyzerInfo(self, request: Any, context: Any) -> proto.AnalyzerInfo:
        info = proto.AnalyzerInfo(name=self._name, version=VERSION, supportsConfig=True)
        info.policies.extend(_info(name, rule, self._settings[name].level) for name, rule in rule_book().items())
        for _, own in self._own:
            info.policies.extend(own.GetAnalyzerInfo(request, context).policies)
        return info

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=VERSION)

    def Configure(self, request: Any, context: Any) -> empty_pb2.Empty:
        for name, setting in self._settings.items():
            if name in request.policyConfig:
                config = request.policyConfig[name]
                parameters = {**setting.parameters, **json_format.MessageToDict(config.properties)}
                self._settings[name] = Setting(_NAMES[config.enforcementLevel], parameters)
        for _, own in self._own:
            own.Configure(request, context)
        return empty_pb2.Empty()

    def ConfigureStack(self, request: Any, context: Any) -> proto.AnalyzerStackConfigureResponse:
        for _, own in self._own:
            own.ConfigureStack(request, context)
        return proto.AnalyzerStackConfigureResponse()

    def Analyze(self, request: Any, context: Any) -> proto.AnalyzeResponse:
        return self._of_own("Analyze", request, context)

    def Remediate(self, request: Any, context: Any) -> proto.RemediateResponse:
        response = proto.RemediateResponse()
        for policy, own in self._own:
            self._ask(policy, partial(own.Remediate, request, context), response)  # `Analyze` says what it raised
        return response

    def AnalyzeStack(self, request: Any, context: Any) -> proto.AnalyzeResponse:
        response = self._of_own("AnalyzeStack", request, context)
        response.diagnostics.extend(map(self._diagnostic, violations(request.resources, self._settings)))
        return response

    def _of_own(self, method: str, request: Any, context: Any) -> proto.AnalyzeResponse:
        """What a company's own policies find; one that raises is a violation, which names it, and is asked no more."""
        response = proto.AnalyzeResponse()
        for policy, own in self._own:
            self._ask(policy, partial(getattr(own, method), request, context), response)
            if cause := self._tripped.get(policy.name):
                response.diagnostics.append(self._raised(policy, cause, getattr(request, "urn", "")))
                self._tripped[policy.name] = ""
        return response

    def _ask(self, policy: Policy, call: Callable[[], Any], response: Any) -> None:
        """Adds the answer of an own policy; one that raised is asked no more."""
        if policy.name in self._tripped:
            return
        try:
            response.MergeFrom(call())
        except Exception as error:  # noqa: BLE001 - whatever it trips over, the plan must not pass because of it
            self._tripped[policy.name] = escaped(cause_of(error))

    def _raised(self, policy: Policy, cause: str, urn: str) -> proto.AnalyzeDiagnostic:
        return proto.AnalyzeDiagnostic(
            policyName=policy.name,
            policyPackName=self._name,
            policyPackVersion=VERSION,
            message=f"{policy.description}\n{policy.name}: cannot be evaluated: {cause}",
            urn=urn,
            description=policy.description,
            enforcementLevel=proto.MANDATORY,
        )

    def _diagnostic(self, violation: Violation) -> proto.AnalyzeDiagnostic:
        rule = rule_book()[violation.rule]
        return proto.AnalyzeDiagnostic(
            policyName=violation.rule,
            policyPackName=self._name,
            policyPackVersion=VERSION,
            message=f"{rule.description}\n{violation.message}",
            urn=violation.urn,
            description=rule.description,
            enforcementLevel=_LEVELS[violation.level],
            severity=_SEVERITIES[rule.severity],
        )


def _info(name: str, rule: Rule, level: Level) -> proto.PolicyInfo:
    info = proto.PolicyInfo(
        name=name,
        description=rule.description,
        enforcementLevel=_LEVELS[level],
        severity=_SEVERITIES[rule.severity],
        policy_type=proto.PolicyType.POLICY_TYPE_STACK,
    )
    for parameter, value in rule.parameters.items():
        info.configSchema.properties.update({parameter: {"type": _json_type(value), "default": value}})
    return info


def _json_type(value: Any) -> str:
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array"}
    return names[type(value)]


def serve(analyzer: Analyzer) -> None:
    """Serves until the engine ends the process; the engine reads the port from the first line of stdout."""
    collect_rarely()
    server = grpc.server(ThreadPoolExecutor(max_workers=4), options=_UNBOUNDED)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(analyzer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    try:
        server.wait_for_termination()
    except KeyboardInterrupt:
        server.stop(0)
