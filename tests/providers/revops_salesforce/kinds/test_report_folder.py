"""Folders beside the people that they are shared with."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.kinds.dashboard_folder import DashboardFolder
from revops_salesforce.kinds.report_folder import ReportFolder

from revops_iac.provider.kind import Kind
from tests.providers.revops_salesforce.analytics import changed, differences, lines, read, stored
from tests.providers.revops_salesforce.conftest import OpenSession

FOLDERS = pytest.mark.parametrize("kind", [ReportFolder(), DashboardFolder()], ids=lambda kind: kind.name)
SHARED = """
    <folderShares><accessLevel>View</accessLevel><sharedTo>Sales_Team</sharedTo><sharedToType>Group</sharedToType>
    </folderShares><folderShares><accessLevel>Manage</accessLevel><sharedTo>ada@example.com</sharedTo>
    <sharedToType>User</sharedToType></folderShares><name>Board</name>
"""
BOARD = {"name": "Board", "label": "Board"}


@FOLDERS
def test_a_shared_folder_shows_no_change_and_is_never_opened(
    client: SalesforceClient, open_session: OpenSession, kind: Any
) -> None:
    before = stored(client, kind.component_type, "Board", SHARED)
    assert "accessType" not in before
    inputs = {**BOARD, "access": "ReadWrite"}
    assert differences(open_session, kind, inputs, "Board") == []
    after = changed(open_session, kind, {**inputs, "label": "The board"}, "Board")
    assert lines(after) == lines(before, name="The board")


@FOLDERS
def test_declared_shares_say_whom_a_folder_is_shared_with(
    client: SalesforceClient, open_session: OpenSession, kind: Any
) -> None:
    before = stored(client, kind.component_type, "Board", SHARED)
    group = {"to": "Sales_Team", "type": "Group", "access": "View"}
    ada = {"to": "ada@example.com", "type": "User", "access": "Manage"}
    assert differences(open_session, kind, {**BOARD, "shares": [group, ada]}, "Board") == []
    assert differences(open_session, kind, {**BOARD, "shares": [group]}, "Board") == ["shares"]
    after = changed(open_session, kind, {**BOARD, "shares": [{**group, "access": "EditAllContents"}]}, "Board")
    assert after["folderShares"] == [{**before["folderShares"][0], "accessLevel": "EditAllContents"}]


@FOLDERS
def test_a_new_folder_is_open_for_reading_unless_it_is_shared(open_session: OpenSession, kind: Kind[Any, Any]) -> None:
    def created(**inputs: Any) -> dict[str, Any]:
        kind.create(open_session(), kind.inputs.model_validate({**BOARD, **inputs}))
        return read(open_session().client, kind.name, inputs["name"])

    public = created(name="Public")
    assert (public["accessType"], public["publicFolderAccess"]) == ("Public", "ReadOnly")
    shared = created(name="Shared", shares=[{"to": "Sales_Team", "type": "Group", "access": "View"}])
    assert ("accessType" in shared, len(shared["folderShares"])) == (False, 1)


@FOLDERS
def test_a_folder_without_sharing_keeps_the_access_that_is_not_declared(
    client: SalesforceClient, open_session: OpenSession, kind: Any
) -> None:
    hidden = "<accessType>Hidden</accessType><name>Board</name><publicFolderAccess>ReadWrite</publicFolderAccess>"
    before = stored(client, kind.component_type, "Board", hidden)
    assert lines(changed(open_session, kind, {**BOARD, "label": "B"}, "Board")) == lines(before, name="B")
    assert differences(open_session, kind, {**BOARD, "label": "B", "access": "ReadOnly"}, "Board") == ["access"]
    after = changed(open_session, kind, {**BOARD, "access": "ReadOnly", "access_type": "Public"}, "Board")
    assert (after["accessType"], after["publicFolderAccess"]) == ("Public", "ReadOnly")


@FOLDERS
def test_an_org_with_folder_sharing_answers_no_access_of_all_users(
    accounts: RunningSimulators, open_session: OpenSession, kind: Kind[Any, Any]
) -> None:
    accounts.control.switches.set("salesforce.analytics_folder_sharing", True)
    inputs = {**BOARD, "access": "ReadOnly"}
    kind.create(open_session(), kind.inputs.model_validate(inputs))
    assert read(open_session().client, kind.name, "Board").keys() == {"fullName", "name"}
    assert differences(open_session, kind, inputs, "Board") == []  # type: ignore[arg-type]
