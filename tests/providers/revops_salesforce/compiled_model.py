"""What the reference model and small models compile to, and an org of the simulator that has it deployed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from crm_simulators.control import switches_of
from crm_simulators.salesforce.errors import SaveError
from crm_simulators.salesforce.http.login import ADMIN_USERNAME
from crm_simulators.salesforce.metadata.registry import TYPES
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.records.records import Records
from crm_simulators.salesforce.setup.factory import furnish
from revops_salesforce.api.components import without_nil
from revops_salesforce.compiler import compile_automations, compile_model
from revops_salesforce.dynamic import KINDS
from revops_salesforce.metadata.merge import merge

from revops_iac.compile import validated
from revops_iac.config.settings import Settings
from revops_iac.model import Model
from revops_iac.provider.declaration import Declaration
from revops_iac.source.load import load_model

STACKS = Path(__file__).parents[3] / "stacks"
SETTINGS = Settings("prod", go_live=date(2026, 12, 1))
ORDER = (
    "GlobalValueSet",
    "StandardValueSet",
    "CustomPermission",
    "CustomField",
    "LeadConvertSettings",
    "BusinessProcess",
    "RecordType",
    "PathAssistant",
    "Queue",
    "WorkflowFieldUpdate",
    "ApprovalProcess",
    "PermissionSet",
    "ValidationRule",
    "AssignmentRules",
    "MatchingRule",
    "DuplicateRule",
    "ReportType",
    "ReportFolder",
    "Report",
    "DashboardFolder",
    "Dashboard",
    "Flow",
)
COMPONENT_TYPES = {"AssignmentRules": "AssignmentRule"}


@cache
def reference_model(environment: str = "prod") -> Model:
    return load_model(STACKS, environment)


def compiled(model: Model, settings: Settings = SETTINGS) -> list[Declaration]:
    """The resources that run on Salesforce, each with its inputs as the kind takes them."""
    return accepted(compile_model(model, settings))


def all_automations(model: Model, settings: Settings = SETTINGS) -> list[Declaration]:
    return accepted(compile_automations(model, settings))


def accepted(declarations: Iterable[Declaration]) -> list[Declaration]:
    return [Declaration(**{**one.__dict__, "inputs": validated(KINDS[one.kind], one.inputs)}) for one in declarations]


def by_key(declarations: Iterable[Declaration], kind: str) -> dict[str, Declaration]:
    return {one.key: one for one in declarations if one.kind == kind}


def org(*usernames: str, now: Callable[[], datetime] = lambda: datetime(2026, 12, 2, tzinfo=UTC)) -> Org:
    """An organization as it comes, with more users."""
    switches = {switch.name: switch.default for switch in switches_of("salesforce")}
    made = Org(now, switches.__getitem__)
    made.clear()
    furnish(made)
    for username in usernames:
        made.insert("User", {"Username": username, "IsActive": True, "UserType": "Standard"})
    return made


def deploy(into: Org, declarations: Iterable[Declaration]) -> None:
    """Puts the components of the declarations into the org; raises the simulator's MetadataError."""
    ordered = sorted((one for one in declarations if one.kind in ORDER), key=lambda one: ORDER.index(one.kind))
    for one in _formulas_last(ordered):
        kind: Any = KINDS[one.kind]
        inputs = kind.parse(one.inputs)
        name = kind.vendor_name(inputs)
        body = {key: value for key, value in without_nil(kind.new_body(inputs)).items() if key != "fullName"}
        if one.kind == "DuplicateRule":
            body["sortOrder"] = 1
        component = TYPES[COMPONENT_TYPES.get(one.kind, one.kind)]
        if KINDS[one.kind].existence.is_permanent:
            live = component.read(into, name) or {}
            component.update(into, name, merge(live, kind.changes(live, inputs), kind.entry_keys))
        else:
            component.create(into, name, body)
        if one.kind == "MatchingRule":
            while (component.read(into, name) or {})["ruleStatus"] == "Activating":
                pass


def _formulas_last(declarations: list[Declaration]) -> list[Declaration]:
    """Formula fields after the fields that they name, and in the order in which they name each other."""
    return sorted(declarations, key=lambda one: (ORDER.index(one.kind), "formula" in one.inputs))


class Saving:
    """Saves records of a deployed org as a user who holds the permission sets that the model assigns."""

    def __init__(self, into: Org, *permission_sets: str) -> None:
        self.org = into
        self.user = into.select("User", Username=ADMIN_USERNAME)[0]
        for name in permission_sets:
            identifier = into.of_type("PermissionSet")[name]["id"]
            into.insert("PermissionSetAssignment", {"AssigneeId": self.user["Id"], "PermissionSetId": identifier})

    def create(self, sobject: str, auto_assign: bool = False, **values: Any) -> str:
        return Records(self.org, self.user, "TRUE" if auto_assign else None).create(sobject, values)

    def update(self, sobject: str, identifier: str, **values: Any) -> None:
        Records(self.org, self.user).update(sobject, identifier, values)

    def refused(self, sobject: str, identifier: str | None, **values: Any) -> list[str]:
        """The messages with which a save is refused."""
        try:
            if identifier is None:
                self.create(sobject, **values)
            else:
                self.update(sobject, identifier, **values)
        except SaveError as error:
            return [item.message for item in error.errors]
        return []

    def owner(self, sobject: str, identifier: str) -> str:
        """The username or queue name of a record's owner."""
        record = self.org.record(sobject, identifier) or {}
        user = self.org.record("User", record["OwnerId"])
        return str(user["Username"] if user else (self.org.record("Group", record["OwnerId"]) or {})["DeveloperName"])


@cache
def _deployed_state() -> dict[str, Any]:
    model = reference_model()
    made = org(*(model.people.identity(person, "salesforce") for person in model.people.persons))
    deploy(made, [one for one in compiled(model) if one.kind != "Flow"])
    deploy(made, all_automations(model))
    return made.dump()


def reference_org(now: Callable[[], datetime] = lambda: datetime(2026, 12, 2, tzinfo=UTC)) -> Org:
    """An org of one's own that has the reference model."""
    made = org(now=now)
    made.load(_deployed_state())
    return made
