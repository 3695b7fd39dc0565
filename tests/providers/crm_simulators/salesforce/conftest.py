"""One running simulator for the module's tests, fresh before each, and the unmodified simple-salesforce on https."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators, running
from simple_salesforce import Salesforce


@pytest.fixture(scope="session")
def served() -> Iterator[RunningSimulators]:
    with running() as simulators:
        yield simulators


@pytest.fixture
def simulators(served: RunningSimulators) -> RunningSimulators:
    served.reset()
    return served


class Client:
    """simple-salesforce with its Metadata API called so that results come back (its own methods drop them)."""

    def __init__(self, sf: Salesforce) -> None:
        self.sf = sf
        self.md = sf.mdapi

    def call(self, operation: str, *args: Any, all_or_none: bool = False) -> Any:
        header = self.md._client.get_element("ns0:AllOrNoneHeader")(allOrNone=all_or_none)
        return getattr(self.md._service, operation)(*args, _soapheaders=[self.md._session_header, header])

    def create(self, *components: Any, all_or_none: bool = False) -> list[str]:
        return outcomes(self.call("createMetadata", list(components), all_or_none=all_or_none))

    def update(self, *components: Any, all_or_none: bool = False) -> list[str]:
        return outcomes(self.call("updateMetadata", list(components), all_or_none=all_or_none))

    def upsert(self, *components: Any) -> list[str]:
        return outcomes(self.call("upsertMetadata", list(components)))

    def delete(self, kind: str, *names: str) -> list[str]:
        return outcomes(self.call("deleteMetadata", kind, list(names)))

    def read(self, kind: str, name: str) -> Any:
        return self.call("readMetadata", kind, [name])[0]

    def text_field(self, full_name: str = "Lead.Tier__c", **attributes: Any) -> Any:
        values = {"label": "Tier", "type": "Text", "length": 80, **attributes}
        return self.md.CustomField(fullName=full_name, **values)

    def formula_field(self, full_name: str, kind: str, formula: str, **attributes: Any) -> Any:
        sizes = {"precision": 18, "scale": 2} if kind in {"Number", "Currency", "Percent"} else {}
        return self.md.CustomField(fullName=full_name, label="F", type=kind, formula=formula, **{**sizes, **attributes})

    def permission_set(self, *fields: str, editable: bool = True, **sections: Any) -> Any:
        granted = [self.md.PermissionSetFieldPermissions(field=f, editable=editable, readable=True) for f in fields]
        return self.md.PermissionSet(fullName="Granted", label="Granted", fieldPermissions=granted, **sections)

    def grant(self, *fields: str, editable: bool = True, **sections: Any) -> None:
        """Create the permission set Granted and assign it to the administrator."""
        assert self.create(self.permission_set(*fields, editable=editable, **sections)) == ["ok"]
        self.assign("Granted")

    def grant_again(self, *fields: str) -> None:
        assert self.update(self.permission_set(*fields)) == ["ok"]

    def assign(self, name: str) -> None:
        permission_set = self.sf.query(f"SELECT Id FROM PermissionSet WHERE Name = '{name}'")["records"][0]["Id"]
        user = self.sf.query("SELECT Id FROM User WHERE Username = 'admin@simulated.example'")["records"][0]["Id"]
        self.sf.PermissionSetAssignment.create({"PermissionSetId": permission_set, "AssigneeId": user})


def outcomes(results: list[Any]) -> list[str]:
    """``ok``, or the first error of each component as ``CODE: message``."""
    return [
        "ok" if result.success else f"{result.errors[0].statusCode}: {result.errors[0].message}" for result in results
    ]


@pytest.fixture(scope="session")
def connected(served: RunningSimulators) -> Iterator[Client]:
    """One client for the run: reading the WSDL takes a while, and a reset leaves the session valid."""
    access = served.salesforce
    assert access is not None
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("REQUESTS_CA_BUNDLE", access.ca_bundle)
        client = Client(Salesforce(session_id=access.access_token, instance_url=access.https_url, version="63.0"))
        yield client
        client.sf.session.close()
        client.md._client.transport.session.close()


@pytest.fixture
def client(connected: Client, simulators: RunningSimulators) -> Client:
    return connected
