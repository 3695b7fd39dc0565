"""Running one deployment: deletions, saves, deletions, all undone when it fails or only checks."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from crm_simulators.salesforce.errors import MetadataError
from crm_simulators.salesforce.metadata.metadata_api import save
from crm_simulators.salesforce.metadata.package import FILES_OF_PARTS, Change, Package
from crm_simulators.salesforce.metadata.registry import TYPES
from crm_simulators.salesforce.org.org import Org

PART_OF = {
    "AssignmentRule": "AssignmentRules",
    "BotVersion": "Bot",
    "DigitalExperience": "DigitalExperienceBundle",
    "MatchingRule": "MatchingRules",
}
"""Parts that a manifest may name beside the file that holds them."""
Message = dict[str, Any]


def run(org: Org, package: Package, options: dict[str, Any]) -> list[Message]:
    """Deploy a package; returns its messages. Undone when it only checks, or fails with rollbackOnError."""
    with org.undo_unless_kept() as keep:
        messages = [_manifest_message(org)]
        messages += [_delete(org, change, options) for change in package.before]
        messages += _unmatched(org, package)
        org.coming = [(change.type_name, change.full_name, change.body or {}) for change in package.saves]
        messages += _saved(org, package.saves)
        org.coming = []
        messages += [_delete(org, change, options) for change in package.after]
        failed = any(not message["success"] for message in messages)
        if not options["checkOnly"] and not (failed and options["rollbackOnError"]):
            keep()
    return messages


def _message(org: Org, change: Change, **values: Any) -> Message:
    message = {
        "changed": False,
        "componentType": change.type_name,
        "created": False,
        "createdDate": org.timestamp(),
        "deleted": False,
        "fileName": change.file_name,
        "fullName": change.full_name,
        "success": True,
    }
    return {**message, **values}


def _manifest_message(org: Org) -> Message:
    """package.xml itself is reported with an empty type [reference 2.1]."""
    return _message(org, Change("", "package.xml", "package.xml"), changed=True)


def _failure(org: Org, change: Change, problem: str) -> Message:
    place = {} if change.line is None else {"lineNumber": change.line, "columnNumber": 1}
    return _message(org, change, success=False, problem=problem, problemType="Error", **place)


def _saved(org: Org, changes: list[Change]) -> list[Message]:
    """Saves in whatever order works: the components of a package may refer to each other as they like [K]."""
    messages: dict[int, Message] = {}
    pending = list(range(len(changes)))
    while pending:
        for number in pending:
            messages[number] = _save(org, changes[number])
        failed = [number for number in pending if not messages[number]["success"]]
        if len(failed) == len(pending):
            break
        pending = failed
    return [messages[number] for number in range(len(changes))]


def _listed_as(change: Change) -> list[tuple[str, str]]:
    """Type and name under which a manifest names a component: alone, or with the component whose file it is in.

    A folder stands among what it holds [D: meta_report].
    """
    own = (TYPES[change.type_name].in_manifest_as or change.type_name, unquote(change.full_name))
    names = [own] if change.owner is None else [own, change.owner]
    # A document is named with the suffix of its file or without it [S: SDR writes the latter].
    return [*names, (own[0], own[1].rpartition(".")[0])] if change.type_name == "Document" else names


def _unmatched(org: Org, package: Package) -> list[Message]:
    """Members without a file and files without a member [K: texts]."""
    listed = {(kind, name.lower()) for kind, name in package.members}
    wildcards = {kind for kind, name in package.members if name == "*"}
    present = {(kind, name.lower()) for change in package.saves for kind, name in _listed_as(change)}
    messages = []
    for kind, name in package.members:
        owner = (PART_OF.get(kind, ""), name.partition(".")[0].lower())
        if name == "*" or (kind, name.lower()) in present or owner in present or kind in FILES_OF_PARTS:
            continue
        text = f"An object '{name}' of type {kind} was named in package.xml, but was not found in zipped directory"
        messages.append(_failure(org, Change(kind, name, "package.xml"), text))
    for change in package.saves:
        named = any((kind, name.lower()) in listed or kind in wildcards for kind, name in _listed_as(change))
        if not named and change.problem is None:
            change.problem = MetadataError("UNKNOWN_EXCEPTION", "Not in package.xml")
    return messages


def _save(org: Org, change: Change) -> Message:
    if change.problem is not None:
        return _failure(org, change, change.problem.message)
    try:
        created = save(org, change.type_name, change.full_name, change.body or {}, "upsert")
    except MetadataError as error:
        return _failure(org, change, error.message)
    if change.files is not None:
        keep_files(org, change.type_name, change.full_name, change.files)
    return _message(org, change, created=created, changed=not created)


def keep_files(org: Org, type_name: str, full_name: str, files: dict[str, str]) -> None:
    """Keep what lies beside a component's XML."""
    name = org.find(type_name, full_name)
    if name is not None:
        org.of_type(type_name)[name]["files"] = files


def _delete(org: Org, change: Change, options: dict[str, Any]) -> Message:
    kind = TYPES.get(change.type_name)
    if kind is None:
        return _failure(org, change, f"Unknown type name '{change.type_name}' specified in {change.file_name}")
    if "*" in change.full_name:
        return _failure(org, change, "Wildcards are not allowed in destructive changes")  # [D]
    if not kind.exists(org, change.full_name):
        # A warning, that fails a deployment only without ignoreWarnings [S: salto, SDR].
        missing = Change(change.type_name, change.file_name, change.file_name)
        text = f"No {change.type_name} named: {change.full_name} found"
        return _message(org, missing, problem=text, problemType="Warning", success=bool(options["ignoreWarnings"]))
    try:
        kind.delete(org, change.full_name)
    except MetadataError as error:
        return _failure(org, change, error.message)
    if change.type_name == "CustomField" and options["purgeOnDelete"]:
        org.deleted_fields = {k: v for k, v in org.deleted_fields.items() if v["fullName"] != change.full_name}
    return _message(org, change, deleted=True)
