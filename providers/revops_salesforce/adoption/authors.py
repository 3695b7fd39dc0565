"""Who changed what in an org: `lastModifiedByName` of listMetadata, and SetupAuditTrail for what is gone.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_setupaudittrail.htm
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from revops_iac.errors import AccountError, SessionError
from revops_iac.provider.discovery import discover_kinds
from revops_iac.provider.inspection.inventory import Asked, Authorship
from revops_salesforce import kinds as package
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.kinds.flow_activation import FlowActivation
from revops_salesforce.metadata.folder_kind import InFolderKind
from revops_salesforce.metadata.kind import MetadataKind

TRAIL = (
    "SELECT Action, Section, Display, CreatedBy.Username, CreatedDate FROM SetupAuditTrail "
    "ORDER BY CreatedDate DESC LIMIT 2000"
)


def authors(client: SalesforceClient, asked: Sequence[Asked]) -> Mapping[tuple[str, str], Authorship]:
    """Who changed each of these last, by kind and name; what the org does not tell is left out."""
    found: dict[tuple[str, str], Authorship] = {}
    kinds = discover_kinds(package)
    for name in sorted({one.kind for one in asked}):
        some = [one for one in asked if one.kind == name]
        known = {key.lower(): author for key, author in _listed(client, kinds.get(name), some)}
        found |= {(one.kind, one.name): known[one.name.lower()] for one in some if one.name.lower() in known}
    if gone := [one for one in asked if (one.kind, one.name) not in found]:
        trail = _rows(client)
        found |= {(one.kind, one.name): author for one in gone if (author := _of_trail(one, trail)) is not None}
    return found


def _listed(client: SalesforceClient, kind: Any, asked: Sequence[Asked]) -> Iterator[tuple[str, Authorship]]:
    """Full name and author of the components of a kind; none of what is no component, or may not be listed."""
    type_name = "Flow" if isinstance(kind, FlowActivation) else getattr(kind, "component_type", None)
    if type_name is None:
        return
    folders = sorted({one.name.rpartition("/")[0] for one in asked}) if isinstance(kind, InFolderKind) else [""]
    try:
        for folder in folders:
            for item in client.list_files([str(type_name)], folder or None):
                name = kind.from_vendor_name(item.name) if isinstance(kind, MetadataKind) else item.name
                yield name, Authorship(item.changed_by, _moment(item.changed_at))
    except SessionError:
        raise
    except AccountError:
        return


def _moment(at: str) -> str:
    try:
        return datetime.fromisoformat(at).isoformat()
    except ValueError:
        return at


def _rows(client: SalesforceClient) -> list[dict[str, Any]]:
    try:
        return client.query(TRAIL)
    except SessionError:
        raise
    except AccountError:  # the permission "View Setup and Configuration" is missing
        return []


def _of_trail(one: Asked, trail: Sequence[Mapping[str, Any]]) -> Authorship | None:
    """The newest row whose text names the component: by its own name as a word."""
    own = re.split(r"[./]", one.name)[-1]
    name = re.compile(rf"(?<!\w){re.escape(own.removesuffix('__c'))}(?:__c)?(?!\w)", re.IGNORECASE)
    row = next((row for row in trail if name.search(str(row.get("Display") or ""))), None)
    if row is None:
        return None
    return Authorship(str((row.get("CreatedBy") or {}).get("Username") or ""), str(row.get("CreatedDate") or ""))
