"""Every refusal that the simulated portal can answer to a write of a definition, read from its own source.

A refusal is known by the file and the template of its message: `pipelines: A pipeline can have at most {} stages`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from crm_simulators import hubspot

FOLDER = Path(str(hubspot.__file__)).parent
AREAS = (
    "records.association_labels",
    "filters.rules",
    "flows.actions",
    "flows.flows",
    "lists.lists",
    "portal.object_types",
    "pipelines.rules",
    "pipelines.pipelines",
    "properties.properties",
    "properties.definitions",
    "properties.validations",
    "records.schemas",
)
OTHERS: Mapping[str, str] = {
    "account.account": "reads of the account",
    "records.association_batches": "associations of records",
    "account.usage_limits": "a report that HubSpot mails",
    "records.associations": "associations of records",
    "records.associations_v3": "associations of records",
    "http.batches": "the form of a request, which the kinds build",
    "http.bodies": "the form of a request, which the kinds build",
    "http.calls": "the form of a request, which the kinds build",
    "filters.evaluation": "filters that run, on definitions that were checked",
    "flows.controls": "the control plane",
    "flows.steps": "workflows that run",
    "forms": "forms, which no kind writes",
    "properties.formulas": "reported by properties.definitions in its own words",
    "lists.conversions": "lists that become static, which no kind writes",
    "lists.folders": "folders of lists, which no kind writes",
    "lists.memberships": "members of lists, which no kind writes",
    "http.paging": "pages of a read",
    "people": "users and teams, which no kind writes",
    "records.merges": "records",
    "records.routes": "records",
    "records.records": "records",
    "http.routing": "the form of a request, which the kinds build",
    "records.search": "searches of records",
}
"""The other files of the simulator that refuse, and what that is about: no definition of a resource."""
MAKERS = frozenset(
    {
        "HubSpotError",
        "validation_error",
        "not_found",
        "_refused",
        "unknown_object_type",
        "missing_attributes",
        "missing_query",
        "unparsable_path",
        "unparsable_query",
        "invalid_json",
        "FormulaProblem",
        "UnknownFormulaProperty",
        "WebServerNotFound",
        "_invalid_metadata",
    }
)
"""What the simulator makes refusals with; a test holds that nothing else is raised in these files."""


def preflight_errors() -> list[str]:
    """All of them, each once, in order."""
    return sorted({refusal for area in AREAS for refusal in _of(area)})


def file_of(area: str) -> Path:
    """The file of an area: `flows/actions.py` for `flows.actions`."""
    return FOLDER.joinpath(*area.split(".")).with_suffix(".py")


def _of(area: str) -> Iterator[str]:
    tree = ast.parse(file_of(area).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield f"{area}: {_template(tree, node.exc)}"
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name):
            yield f"{area}: {node.exc.id}"


def refusing() -> set[str]:
    """Every file of the simulator that refuses something."""
    files = {
        ".".join(file.relative_to(FOLDER).with_suffix("").parts): ast.parse(file.read_text(encoding="utf-8"))
        for file in FOLDER.rglob("*.py")
    }
    return {name for name, tree in files.items() if any(_refuses(node) for node in ast.walk(tree))}


def _refuses(node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and _name(node.exc.func) in MAKERS


def makers(area: str) -> set[str]:
    """What an area raises, by the name of the function or class."""
    tree = ast.parse(file_of(area).read_text(encoding="utf-8"))
    calls = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)]
    return {_name(call.func) for call in calls}


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "?")


def _template(tree: ast.Module, call: ast.Call) -> str:
    name = _name(call.func)
    if name not in ("HubSpotError", "validation_error", "not_found", "_refused"):
        return name
    position = 1 if name == "HubSpotError" else 0
    return _text(tree, call.args[position], call)


def _text(tree: ast.Module, node: ast.expr, call: ast.Call) -> str:
    """The text of a literal with {} for what is filled in; a name stands for what was assigned to it just before."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values]
        return "".join(parts)
    if isinstance(node, ast.Name):
        before = [
            assign
            for assign in ast.walk(tree)
            if isinstance(assign, ast.Assign)
            and assign.lineno < call.lineno
            and any(isinstance(target, ast.Name) and target.id == node.id for target in assign.targets)
        ]
        return _text(tree, max(before, key=lambda assign: assign.lineno).value, call)
    raise AssertionError(f"line {call.lineno}: the message is neither a text nor a name of one")


def pattern(refusal: str) -> re.Pattern[str]:
    """What the answer's message must match."""
    template = refusal.partition(": ")[2].removesuffix(".")  # our sentence goes on after it
    return re.compile(".*".join(map(re.escape, template.split("{}"))), re.DOTALL)
