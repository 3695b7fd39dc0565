"""Validates a plan in the org: everything that would be created or changed, as one check-only deployment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from revops_iac.diagnostics import Diagnostic, Severity
from revops_iac.provider.inspection.validation import Bundle, Change, Tell, Trial
from revops_iac.provider.live_object import DesiredResource
from revops_salesforce.api.client import OrgSession
from revops_salesforce.deploy.deployment import check_deployment
from revops_salesforce.deploy.package import Component, Package, has_file_form, pack
from revops_salesforce.metadata.kind import MetadataKind

NOT_DEPLOYED = "it is not metadata: REST or Tooling calls write it"
MANIFEST = "package.xml"
ResourceOf = Mapping[tuple[str, str], DesiredResource]
"""Component type and full name, in lower case -> the resource that writes it."""


def packed(session: OrgSession, changes: Sequence[Change]) -> Bundle:
    """One package of all changes, and by name what has no place in one. Reads what the org holds of each container."""
    components: list[Component] = []
    resources: dict[tuple[str, str], DesiredResource] = {}
    left_out: list[Diagnostic] = []
    for change in changes:
        made = _component(session, change)
        if isinstance(made, str):
            left_out.append(_of(change.desired, made, Severity.NOT_CHECKED))
        else:
            components.append(made)
            resources[_key(made.type_name, made.full_name)] = change.desired
    package = pack(components, session.client.version)
    digests = {f"{one.type_name} {one.full_name}": one.digest for one in components}
    return Bundle((package, resources), package.hash, digests, tuple(left_out))


def _component(session: OrgSession, change: Change) -> Component | str:
    kind = change.kind
    if not isinstance(kind, MetadataKind):
        return NOT_DEPLOYED
    if change.live is None and kind.existence.is_permanent:
        return "it does not exist in the org"
    body = kind.packed(session, change.live, kind.parse(change.desired.inputs))
    if isinstance(body, str):
        return body
    if not has_file_form(kind.component_type):
        return f"revops-iac has no file format for {kind.component_type}"
    return Component(kind.component_type, body)


def tried_out(session: OrgSession, bundle: Bundle, tell: Tell) -> Trial:
    """Deploys the package check-only and brings what the org says back to the resources. Raises AccountError."""
    package, resources = bundle.content
    tell(f"deploying {len(bundle.components)} components, check-only")
    result = check_deployment(session.client, package.archive(), tell)
    found = tuple(_diagnostics(result, package, resources))
    return Trial(str(result["id"]), found, bool(result["success"]))


def _diagnostics(result: Mapping[str, Any], package: Package, resources: ResourceOf) -> Iterator[Diagnostic]:
    details = result.get("details") or {}
    messages = [*_many(details.get("componentFailures")), *_many(details.get("componentSuccesses"))]
    told = [message for message in messages if message.get("problem")]
    yield from (_diagnostic(message, package, resources) for message in told)
    if not result["success"] and not any(message.get("problemType") != "Warning" for message in told):
        message = str(result.get("errorMessage") or f"the deployment ended as {result['status']}, without a reason")
        yield _of(None, f"{message} ({MANIFEST})", Severity.ERROR)


def _diagnostic(message: Mapping[str, Any], package: Package, resources: ResourceOf) -> Diagnostic:
    """The resource is found by the component's name, else by the line of the file that the org complains about."""
    file, line = str(message.get("fileName") or MANIFEST), _number(message.get("lineNumber"))
    found = resources.get(_key(str(message.get("componentType") or ""), str(message.get("fullName") or "")))
    if found is None and line is not None and (component := package.component_at(file, line)) is not None:
        found = resources.get(_key(component.type_name, component.full_name))
    sentence = " ".join(str(message["problem"]).split()).rstrip(".")
    in_package = f"{file}, line {line}" if line else file
    severity = Severity.WARNING if message.get("problemType") == "Warning" else Severity.ERROR
    return _of(found, f"{sentence} ({in_package})", severity)


def _of(resource: DesiredResource | None, message: str, severity: Severity) -> Diagnostic:
    """What the org says of one resource, or of the package."""
    if resource is None:
        return Diagnostic("Salesforce", message, severity=severity)
    about = f'Salesforce {resource.kind} "{resource.name}"'
    return Diagnostic(about, message, severity=severity, location=resource.position)


def _key(type_name: str, full_name: str) -> tuple[str, str]:
    return type_name.lower(), full_name.lower()


def _number(value: Any) -> int | None:
    return int(value) if value not in (None, "") else None


def _many(value: Any) -> list[Mapping[str, Any]]:
    """One message may come alone instead of in a list [K]."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
