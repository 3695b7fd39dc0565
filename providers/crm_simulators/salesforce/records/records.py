"""Creating, changing and deleting records, with every rule that a save runs through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from salesforce_formula.evaluator import is_true
from salesforce_formula.values import EvaluationError

from crm_simulators.salesforce.automation import flow_triggers
from crm_simulators.salesforce.errors import RestError, SaveError
from crm_simulators.salesforce.org.access import editable, visible_fields
from crm_simulators.salesforce.org.fields import Field, fields_of, find_field
from crm_simulators.salesforce.org.ids import to18
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.records import assignment, history
from crm_simulators.salesforce.records.duplicates import check_duplicates
from crm_simulators.salesforce.rows.derived_fields import completed, with_defaults
from crm_simulators.salesforce.rows.field_values import stored
from crm_simulators.salesforce.rows.record_locks import check_unlocked
from crm_simulators.salesforce.rows.record_types import check_record_type
from crm_simulators.salesforce.rows.record_values import Viewer
from crm_simulators.salesforce.rows.tables import NOT_WRITABLE, find_row


class Records:
    """Saves records as one user."""

    def __init__(
        self, org: Org, user: Record, auto_assign: str | None = None, *, allow_save: bool = True, flow_depth: int = 0
    ) -> None:
        self.org = org
        self.user = user
        self.auto_assign = auto_assign
        self.allow_save = allow_save  # whether duplicates that only alert are saved
        self.flow_depth = flow_depth  # above 0 a flow saves, past field-level security

    def create(self, sobject: str, values: dict[str, Any]) -> str:
        """Create a record; returns its id. Raises RestError or SaveError."""
        self._check_writable(sobject)
        given = self._accepted(sobject, values, creating=True)
        viewer = Viewer(self.org, self.user)
        row = with_defaults(self.org, viewer.fields(sobject), given, self.user)
        self._check_required(viewer.fields(sobject), row)
        self._check_record_type(sobject, given, row)
        row["Id"] = self.org.new_id(sobject)
        with self._transaction(sobject):
            self._save(viewer, sobject, row, None)
            kept = self.org.insert(sobject, row, self.user["Id"])
            history.keep(self.org, self.user["Id"], sobject, kept, None)
            self._after_save(sobject, kept, None)
        return str(row["Id"])

    def update(self, sobject: str, record_id: str, values: dict[str, Any]) -> None:
        """Change a record; raises RestError or SaveError."""
        self._check_writable(sobject)
        old = self._existing(sobject, record_id)
        check_unlocked(self.org, self.user, old)
        given = self._accepted(sobject, values, creating=False)
        row = {**old, **given}
        self._check_required(fields_of(self.org, sobject), row)
        if "OwnerId" in given and given["OwnerId"] is None:
            raise RestError(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [OwnerId]", ("OwnerId",))
        self._check_record_type(sobject, given, row)
        self.put(sobject, row, old)

    def put(self, sobject: str, row: Record, old: Record) -> None:
        """Save a changed record, system fields included, with all that follows; raises RestError or SaveError."""
        with self._transaction(sobject):
            self._save(Viewer(self.org, self.user), sobject, row, old)
            moment = self.org.timestamp()
            row.update(LastModifiedDate=moment, SystemModstamp=moment, LastModifiedById=self.user["Id"])
            self.org.table(sobject)[row["Id"]] = row
            history.keep(self.org, self.user["Id"], sobject, row, old)
            self._after_save(sobject, row, old)

    @contextmanager
    def _transaction(self, sobject: str) -> Iterator[None]:
        """A save whose flow fails leaves nothing behind."""
        if self.flow_depth or not flow_triggers.has_flows(self.org, sobject):
            yield
            return
        with self.org.undo_saves_unless_kept() as keep:
            yield
            keep()

    def _after_save(self, sobject: str, row: Record, old: Record | None) -> None:
        if flow_triggers.has_flows(self.org, sobject):
            trigger = flow_triggers.Trigger(self.org, self.user, sobject, dict(row), old)
            flow_triggers.after_save(trigger, self.for_flows())

    def saved(self, sobject: str, row: Record, old: Record) -> None:
        """Run flows after a save that bypassed all rules, as field updates do."""
        history.keep(self.org, self.user["Id"], sobject, row, old)
        self._after_save(sobject, row, old)

    def for_flows(self) -> Records:
        """Saves one level deeper, for flows; raises the vendor's error when flows keep starting each other."""
        if self.flow_depth >= MAX_FLOW_DEPTH:
            raise RestError(400, "CANNOT_EXECUTE_FLOW_TRIGGER", "Maximum depth of flow recursion reached", ())
        return Records(self.org, self.user, flow_depth=self.flow_depth + 1)

    def delete(self, sobject: str, record_id: str) -> None:
        """Move a record to the recycle bin."""
        self._check_writable(sobject)
        if sobject == "User":
            raise RestError(400, "INSUFFICIENT_ACCESS_OR_READONLY", "Users cannot be deleted, only deactivated")
        row = self._existing(sobject, record_id)
        check_unlocked(self.org, self.user, row)
        del self.org.table(sobject)[row["Id"]]
        self.org.recycle_bin.setdefault(sobject, {})[row["Id"]] = {**row, "IsDeleted": True}
        for link, column in LINKS.get(sobject, ()):
            for linked in self.org.select(link, **{column: row["Id"]}):
                del self.org.table(link)[linked["Id"]]

    def _existing(self, sobject: str, record_id: str) -> Record:
        row = find_row(self.org, sobject, record_id)
        if row is not None:
            return row
        if to18(record_id) in self.org.recycle_bin.get(sobject, {}):
            raise RestError(404, "ENTITY_IS_DELETED", "entity is deleted", ())
        raise RestError(404, "NOT_FOUND", "The requested resource does not exist")

    def _check_writable(self, sobject: str) -> None:
        if sobject in NOT_WRITABLE:
            # [K: text]
            raise RestError(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type cannot be saved: {sobject}")

    # --- checks -------------------------------------------------------------------------------------------------

    def _accepted(self, sobject: str, values: dict[str, Any], *, creating: bool) -> Record:
        """Known, visible and writable fields with values that fit."""
        in_flow = self.flow_depth > 0
        fields = fields_of(self.org, sobject) if in_flow else visible_fields(self.org, self.user["Id"], sobject)
        accepted: Record = {}
        for name, value in values.items():
            if name == "attributes":
                continue
            field = find_field(fields, name)
            if field is None:
                raise RestError(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject}")
            writable = field.createable if creating else field.updateable
            if not writable or not (in_flow or editable(self.org, self.user["Id"], sobject, field)):
                # [K: text]
                text = (
                    f"Unable to create/update fields: {field.name}. Please check the security settings of this field "
                    "and verify that it is read/write for your profile or permission set."
                )
                raise RestError(400, "INVALID_FIELD_FOR_INSERT_UPDATE", text, (field.name,))
            accepted[field.name] = stored(self.org, sobject, field, value)
        return accepted

    def _check_record_type(self, sobject: str, given: Record, row: Record) -> None:
        if self.flow_depth == 0:
            check_record_type(self.org, self.user, sobject, given, row)

    def _check_required(self, fields: dict[str, Field], row: Record) -> None:
        missing = [name for name, field in fields.items() if field.required and row.get(name) in (None, "")]
        if missing:
            text = f"Required fields are missing: [{', '.join(missing)}]"
            raise RestError(400, "REQUIRED_FIELD_MISSING", text, tuple(missing))

    def _save(self, viewer: Viewer, sobject: str, row: Record, old: Record | None) -> None:
        """Before-save flows, what follows from other fields, uniqueness, validation rules, then the assignment rule."""
        trigger = flow_triggers.Trigger(self.org, self.user, sobject, row, old)
        if flow_triggers.has_flows(self.org, sobject):
            flow_triggers.before_save(trigger, self.for_flows())
        completed(self.org, sobject, row, old)
        self._check_unique(viewer.fields(sobject), sobject, row)
        failures = list(self._broken_rules(viewer, sobject, row, old))
        if failures:
            raise SaveError(failures)
        check_duplicates(viewer, sobject, row, old, allow_save=self.allow_save)
        rule = assignment.rule_to_run(self.org, sobject, self.auto_assign)
        if rule is not None:
            new_owner = assignment.owner(viewer, sobject, rule, row, old)
            row["OwnerId"] = new_owner or row["OwnerId"]

    def _check_unique(self, fields: dict[str, Field], sobject: str, row: Record) -> None:
        for name, field in fields.items():
            if field.custom is None or not field.custom.get("unique") or row.get(name) is None:
                continue
            other = next((r for r in self.org.select(sobject, **{name: row[name]}) if r["Id"] != row["Id"]), None)
            if other is not None:
                text = f"duplicate value found: {name} duplicates value on record with id: {other['Id'][:15]}"
                raise RestError(400, "DUPLICATE_VALUE", text, ())

    def _broken_rules(self, viewer: Viewer, sobject: str, row: Record, old: Record | None) -> Iterator[RestError]:
        """Every active validation rule whose condition is true blocks the save [reference 4]."""
        for full_name, component in self.org.of_type("ValidationRule").items():
            body = component["body"]
            if full_name.partition(".")[0] != sobject or not body["active"]:
                continue
            try:
                broken = is_true(viewer.formula(body["errorConditionFormula"]), viewer.scope(sobject, row, old))
            except EvaluationError as error:
                # [K: text]
                text = f"The formula in the {full_name.partition('.')[2]} validation rule is invalid: {error}"
                yield RestError(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", text, ())
                continue
            if broken:
                shown_at = body.get("errorDisplayField")
                fields = (shown_at,) if shown_at else ()
                yield RestError(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", body["errorMessage"], fields)


MAX_FLOW_DEPTH = 16  # triggers that start each other [D: Apex limits]
# Rows that go with a deleted one.
LINKS: dict[str, tuple[tuple[str, str], ...]] = {
    "Group": (("QueueSobject", "QueueId"), ("GroupMember", "GroupId"), ("GroupMember", "UserOrGroupId")),
    "Campaign": (("CampaignMember", "CampaignId"),),
    "Lead": (("CampaignMember", "LeadId"), ("LeadHistory", "LeadId")),
    "Contact": (("CampaignMember", "ContactId"), ("ContactHistory", "ContactId")),
    "Opportunity": (("OpportunityFieldHistory", "OpportunityId"),),
}
