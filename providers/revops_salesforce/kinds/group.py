"""A public group: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_group.htm"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from revops_iac.errors import AccountError
from revops_iac.provider.kind import Definition, Inputs, LiveObject, Lookup
from revops_salesforce.api.client import OrgSession, SalesforceClient, quoted
from revops_salesforce.api.components import Body
from revops_salesforce.api.versions import RECORD, RECORDS
from revops_salesforce.metadata.kind import MetadataKind

MEMBER = "GroupMember"
OF_GROUPS = "FROM GroupMember WHERE Group.Type = 'Regular' AND Group.DeveloperName IN ({})"


class GroupInputs(Inputs):
    """Users whom sharing rules, queues, alerts and approvals name as one.

    Example::

        name: Deal_Desk
        label: Deal desk
        includes_bosses: false
        members: [admin@simulated.example]

    Later::

        label: The deal desk
        members: []
    """

    name: str
    label: str
    description: str | None = None
    includes_bosses: bool = True
    """Whether managers see what is shared with those below them."""
    members: list[str] | None = None
    """Usernames; absent: not managed."""


class Group(MetadataKind[GroupInputs]):
    """Key: developer name. Its people are records, not metadata [reference 4]; groups and roles in it stay."""

    component_type = "Group"
    element_names = {"label": "name", "includes_bosses": "doesIncludeBosses"}
    immutable = frozenset({"name"})
    noun = "public group"
    on_delete = "The group is deleted permanently, and its members lose what was shared with it."

    def elements(self, inputs: GroupInputs) -> Body:
        return self.plain_elements({key: value for key, value in self.own(inputs).items() if key != "members"})

    def definition(self, name: str, body: Body) -> Definition:
        bosses, members = body.get("doesIncludeBosses", True), body.get("members", [])
        return {**super().definition(name, body), "includes_bosses": bosses, "members": members}

    def normalize(self, definition: Definition) -> Definition:
        made = super().normalize(definition)
        if made.get("members") is not None:
            made["members"] = sorted(made["members"], key=str.lower)
        return made

    def lookups(self, inputs: GroupInputs) -> Iterable[Lookup]:
        return [Lookup("user", name) for name in inputs.members or ()]

    def provides(self, inputs: GroupInputs) -> Iterable[Lookup]:
        return [Lookup("group", inputs.name)]

    def read_many(self, client: SalesforceClient, names: Sequence[str]) -> Mapping[str, LiveObject]:
        found = client.read_components(self.component_type, names)
        people = _people(client, found)
        return {
            name: self.observe(name, {**body, "members": list(people.get(name, {}))}) for name, body in found.items()
        }

    def create(self, session: OrgSession, inputs: GroupInputs) -> LiveObject:
        made = super().create(session, inputs)
        return self._with_members(session, made, inputs)

    def update(self, session: OrgSession, live: LiveObject, inputs: GroupInputs) -> LiveObject:
        made = super().update(session, live, inputs)
        return self._with_members(session, made, inputs)

    def _with_members(self, session: OrgSession, made: LiveObject, inputs: GroupInputs) -> LiveObject:
        """The group with the people of the inputs: rows for those who are missing, none for those who are not named."""
        client = session.client
        live = _people(client, [made.name]).get(made.name, {})
        desired = inputs.members
        if desired is not None:
            names = {name.lower() for name in live}
            for name in desired:
                if name.lower() not in names:
                    self._add(session, made.name, name)
            for name, row in live.items():
                if name.lower() not in {one.lower() for one in desired}:
                    _remove(client, made.name, name, row)
        members = list(live) if desired is None else list(desired)
        return LiveObject(made.id, made.name, {**made.definition, "members": members}, made.facts)

    def _add(self, session: OrgSession, group: str, username: str) -> None:
        client = session.client
        user = session.resolve(Lookup("user", username))
        if user is None:
            raise AccountError(
                f'Salesforce: there is no active user "{username}" for {self.name} "{group}"',
                "correct the username, or set the person's identity in the overlay",
            )
        rows = client.query(f"SELECT Id FROM Group WHERE Type = 'Regular' AND DeveloperName = {quoted(group)}")
        body = {"GroupId": rows[0]["Id"], "UserOrGroupId": user}

        def landed() -> Any:
            return {} if username.lower() in map(str.lower, _people(client, [group]).get(group, {})) else None

        client.send("POST", RECORDS.format(sobject=MEMBER), body, landed=landed)


def _people(client: SalesforceClient, groups: Iterable[str]) -> dict[str, dict[str, str]]:
    """Group -> username -> id of the row that makes the person a member."""
    listed = ", ".join(quoted(name) for name in groups)
    if not listed:
        return {}
    which = OF_GROUPS.format(listed)
    users = client.query(f"SELECT Id, Username FROM User WHERE Id IN (SELECT UserOrGroupId {which})")
    names = {user["Id"]: user["Username"] for user in users}
    found: dict[str, dict[str, str]] = {}
    for row in client.query(f"SELECT Id, UserOrGroupId, Group.DeveloperName {which}"):
        if row["UserOrGroupId"] in names:
            found.setdefault(row["Group"]["DeveloperName"], {})[names[row["UserOrGroupId"]]] = row["Id"]
    return found


def _remove(client: SalesforceClient, group: str, username: str, row: str) -> None:
    def landed() -> Any:
        return None if username in _people(client, [group]).get(group, {}) else {}

    client.send("DELETE", RECORD.format(sobject=MEMBER, id=row), landed=landed)
