"""The fields of an org's objects, as formulas and counts need them; asked for once per object and process."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from revops_iac.provider.kind import Definition
from revops_salesforce.api.client import OrgSession
from revops_salesforce.api.errors import SalesforceRefusal
from revops_salesforce.api.versions import RECORDS

DESCRIBE = RECORDS + "/describe"
FIELD_KIND = "CustomField"
ACTIVITIES = frozenset({"task", "event"})
"""The objects whose custom fields belong to the object Activity [D: CustomField, activities]."""


class OrgFields:
    """What one org says about its fields. Thread-safe.

    describe hides fields that the user has no permission for [K], so what it does not show is read as metadata.
    """

    def __init__(self, session: OrgSession) -> None:
        self._session = session
        self._lock = threading.RLock()
        self._described: dict[str, dict[str, Mapping[str, Any]] | None] = {}
        self._custom: dict[str, str] | None = None

    def described(self, object_: str) -> Mapping[str, Mapping[str, Any]] | None:
        """describe's fields of an object by name in small letters; None where the org has no such object."""
        with self._lock:
            if object_ not in self._described:
                self._described[object_] = self._describe(object_)
            return self._described[object_]

    def _describe(self, object_: str) -> dict[str, Mapping[str, Any]] | None:
        try:
            answer = self._session.client.get(DESCRIBE.format(sobject=object_))
        except SalesforceRefusal as refusal:
            if refusal.status == 404:
                return None
            raise
        return {str(field["name"]).lower(): field for field in answer["fields"]}

    def custom(self, object_: str, name: str) -> Definition | None:
        """A custom field in the form of our inputs, visible to the user or not; None where the org lacks it."""
        kind = self._session.system.kinds[FIELD_KIND]
        with self._lock:
            if self._custom is None:
                self._custom = {known.lower(): known for known in self._session.names(kind, "")}
            owners = (object_, "Activity") if object_.lower() in ACTIVITIES else (object_,)
            known = (self._custom.get(f"{owner}.{name}".lower()) for owner in owners)
            full_name = next((one for one in known if one is not None), None)
        live = self._session.find(kind, full_name) if full_name else None
        return live.definition if live is not None else None

    def has_hidden(self, object_: str, name: str) -> bool:
        """Whether a standard field that describe does not show exists all the same."""
        return bool(self._session.client.read_components(FIELD_KIND, [f"{object_}.{name}"]))


def org_fields(session: OrgSession) -> OrgFields:
    """The fields of a session's org; one for all kinds."""
    return session.remembered(OrgFields, lambda: OrgFields(session))
