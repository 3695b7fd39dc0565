"""Who changed what in a portal, as far as HubSpot tells.

Properties and segments name the user of their last change [S]; the audit log of Enterprise portals names those of the
others, and who deleted something: https://developers.hubspot.com/docs/api-reference/latest/account/audit-logs/guide
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from revops_hubspot.api import directory
from revops_hubspot.api.client import HubSpotClient
from revops_iac.errors import AccountError, SessionError
from revops_iac.provider.inspection.inventory import Asked, Authorship

USERS = ("updatedUserId", "updatedById", "createdUserId", "createdById")
"""The keys under which an object names the user of its last change [S], the latest first."""
MOST_ENTRIES = 1_000
"""How much of the audit log is read, newest first; what is older has been seen before."""


def authors(client: HubSpotClient, asked: Sequence[Asked]) -> Mapping[tuple[str, str], Authorship]:
    """Who changed each of these last, by kind and name; what HubSpot does not tell is left out."""
    emails = {identifier: email for email, identifier in _or_nothing(directory.user_ids, client).items()}
    found = {(one.kind, one.name): _of_object(one, emails) for one in asked}
    unknown = [one for one in asked if not found[one.kind, one.name].who]
    if unknown:
        entries = list(_audit_log(client))
        for one in unknown:
            found[one.kind, one.name] = _of_log(one, entries) or found[one.kind, one.name]
    return {key: author for key, author in found.items() if author != Authorship()}


def _of_object(one: Asked, emails: Mapping[str, str]) -> Authorship:
    if one.live is None:
        return Authorship()
    document: Mapping[str, Any] = one.live.document if isinstance(one.live.document, Mapping) else {}
    user = next((str(document[key]) for key in USERS if document.get(key)), "")
    return Authorship(
        emails.get(user, f"user {user}" if user else ""), str(document.get("updatedAt") or one.live.stamp)
    )


def _audit_log(client: HubSpotClient) -> Iterator[Mapping[str, Any]]:
    """The newest entries; none without the tier or the scope `account-info.security.read`."""
    try:
        yield from islice(client.pages("account", "/activity/audit-logs"), MOST_ENTRIES)
    except SessionError:
        raise
    except AccountError:
        return


def _of_log(one: Asked, entries: Sequence[Mapping[str, Any]]) -> Authorship | None:
    """The newest entry about an object: the log names it by name or by id."""
    names = {one.name, one.name.partition(".")[2] or one.name, one.id, one.live.id if one.live else one.id} - {""}
    about = [entry for entry in entries if str(entry.get("targetObjectId")) in names]
    if not about:
        return None
    latest = max(about, key=lambda entry: str(entry.get("occurredAt") or ""))
    return Authorship(str((latest.get("actingUser") or {}).get("userEmail") or ""), str(latest.get("occurredAt") or ""))


def _or_nothing(read: Any, client: HubSpotClient) -> Mapping[str, str]:
    """What a read says; nothing where the token may not read it."""
    try:
        known: Mapping[str, str] = read(client)
    except SessionError:
        raise
    except AccountError:
        return {}
    return known
