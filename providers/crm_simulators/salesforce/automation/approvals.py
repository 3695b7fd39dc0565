"""Approval requests: submitting a record, approving, rejecting and recalling, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm_simulators.salesforce.automation import email_alerts
from crm_simulators.salesforce.automation.workflow_run import Saves, WorkflowActions
from crm_simulators.salesforce.errors import RestError
from crm_simulators.salesforce.org.fields import find_field
from crm_simulators.salesforce.org.ids import to18
from crm_simulators.salesforce.org.org import Component, Org, Record
from crm_simulators.salesforce.org.standard_objects import CUSTOMIZABLE
from crm_simulators.salesforce.rows.criteria import matches
from crm_simulators.salesforce.rows.record_locks import acts_for, is_admin, process_of
from crm_simulators.salesforce.rows.record_values import Viewer
from crm_simulators.salesforce.rows.tables import find_row
from crm_simulators.salesforce.xml.component_xml import Body


@dataclass(frozen=True)
class Submission:
    """The options of a `Submit` request."""

    process: str | None = None
    """Developer name or id; absent: the first process that the record may enter."""
    skip_entry_criteria: bool = False
    next_approvers: Sequence[str] = ()
    comments: str | None = None


class Approvals:
    """Acts on requests as one user; every method raises RestError [K: codes and texts]."""

    def __init__(self, org: Org, user: Record, saves: Saves) -> None:
        self.org = org
        self.user = user
        self.saves = saves

    # --- what is asked ------------------------------------------------------------------------------------------

    def submit(self, record_id: str, submission: Submission) -> Record:
        """Start an approval request; returns its instance."""
        sobject, row = self._record(record_id)
        if self.org.select("ProcessInstance", TargetObjectId=row["Id"], Status="Pending"):
            raise RestError(400, "ALREADY_IN_PROCESS", "Cannot submit object already in process.", ())
        process = self._process(sobject, row, submission)
        instance = self.org.insert(
            "ProcessInstance",
            {
                "ProcessDefinitionId": process["id"],
                "TargetObjectId": row["Id"],
                "Status": "Pending",
                "SubmittedById": self.user["Id"],
                "LastActorId": self.user["Id"],
                "CompletedDate": None,
                "step": -1,
            },
            self.user["Id"],
        )
        self._note(instance, "Started", self.user["Id"], submission.comments)
        self._act(instance, process["body"].get("initialSubmissionActions", {}))
        self._enter(instance, 0, submission.next_approvers)
        return self._now(instance)

    def answer(self, item_id: str, action: str, comments: str | None, next_approvers: Sequence[str]) -> Record:
        """Approve, reject or recall (`Removed`) by a work item; returns the instance."""
        item = self.org.record("ProcessInstanceWorkitem", item_id)
        if item is None:
            raise RestError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ())
        instance = self.org.table("ProcessInstance")[item["ProcessInstanceId"]]
        if action == "Removed":
            self._recall(instance, comments)
            return self._now(instance)
        if not acts_for(self.org, self.user, str(item["ActorId"])) and not is_admin(self.org, self.user):
            text = "insufficient access rights on cross-reference id"
            raise RestError(400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", text, ())
        self._take(item)
        self._put(instance, LastActorId=self.user["Id"])
        approved = action == "Approve"
        self._note(instance, "Approved" if approved else "Rejected", item["ActorId"], comments)
        if approved:
            self._approved(instance, next_approvers)
        else:
            self._rejected(instance, next_approvers)
        return self._now(instance)

    # --- steps --------------------------------------------------------------------------------------------------

    def _enter(self, instance: Record, place: int, next_approvers: Sequence[str]) -> None:
        """Assign the next step whose criteria the record meets to its approvers."""
        steps = process_of(self.org, instance)["approvalStep"]
        for number in range(place, len(steps)):
            step = steps[number]
            sobject, row = self._record(instance["TargetObjectId"])
            viewer = Viewer(self.org, self.user)
            if matches(viewer, sobject, step.get("entryCriteria", {}), row, None):
                self._put(instance, step=number)
                self._ask(instance, step, sobject, row, next_approvers)
                return
            otherwise = step.get("ifCriteriaNotMet", "GotoNextStep" if number < len(steps) - 1 else "ApproveRecord")
            if otherwise == "RejectRecord":
                self._end(instance, "Rejected", "finalRejectionActions")
                return
            if otherwise == "ApproveRecord":
                break  # approves the request and does all final actions [D: step criteria]
        self._end(instance, "Approved", "finalApprovalActions")

    def _ask(self, instance: Record, step: Body, sobject: str, row: Record, next_approvers: Sequence[str]) -> None:
        actors: list[str] = []
        for approver in step["assignedApprover"]["approver"]:
            actors += self._actors(instance, approver, sobject, row, next_approvers)
        for actor in dict.fromkeys(actors):
            self.org.insert(
                "ProcessInstanceWorkitem",
                {"ProcessInstanceId": instance["Id"], "ActorId": actor, "OriginalActorId": actor},
                self.user["Id"],
            )
            template = process_of(self.org, instance).get("emailTemplate")
            request = {"to": email_alerts.address_of(self.org, actor), "record": row["Id"], "template": template}
            email_alerts.send(self.org, "approvalRequest", {**request, "step": step["name"]})

    def _actors(
        self, instance: Record, approver: Body, sobject: str, row: Record, next_approvers: Sequence[str]
    ) -> list[str]:
        kind, name = approver["type"], approver.get("name", "")
        if kind == "adhoc":
            if not next_approvers:
                text = "missing required field: [nextApproverIds]"
                raise RestError(400, "REQUIRED_FIELD_MISSING", text, ("nextApproverIds",))
            return [to18(one) for one in next_approvers]
        if kind == "user":
            return [str(found["Id"]) for found in self.org.select("User", Username=name)]
        if kind == "queue":
            return [str(found["Id"]) for found in self.org.select("Group", Type="Queue", DeveloperName=name)]
        if kind == "relatedUserField":
            fields = Viewer(self.org, self.user).fields(sobject)
            field = find_field(fields, name) or find_field(fields, f"{name}Id")
            actor = None if field is None else row.get(field.name)
        else:
            actor = self._manager(instance, row)
        if actor is None:
            text = f"This approval request requires the next approver to be determined by the {name or 'Manager'} field"
            raise RestError(400, "MANAGER_NOT_DEFINED", f"{text}. This value is empty.", ())
        return [str(actor)]

    def _manager(self, instance: Record, row: Record) -> Any:
        """The manager of the record's owner or the submitter at first, then of the last approver."""
        follows = process_of(self.org, instance).get("nextAutomatedApprover", {})
        started = instance["step"] > 0
        first = row["OwnerId"] if follows.get("useApproverFieldOfRecordOwner") else instance["SubmittedById"]
        person = self.org.record("User", str(instance["LastActorId"] if started else first)) or {}
        return person.get("ManagerId")

    def _approved(self, instance: Record, next_approvers: Sequence[str]) -> None:
        """One approval of a step: the others are still asked where all must agree."""
        step = self._step(instance)
        unanimous = step["assignedApprover"].get("whenMultipleApprovers") == "Unanimous"
        if unanimous and self.org.select("ProcessInstanceWorkitem", ProcessInstanceId=instance["Id"]):
            return
        self._drop_items(instance, "NoResponse")
        self._act(instance, step.get("approvalActions", {}))
        place = self._now(instance)["step"] + 1
        if place < len(process_of(self.org, instance)["approvalStep"]):
            self._enter(self._now(instance), place, next_approvers)
        else:
            self._end(instance, "Approved", "finalApprovalActions")

    def _rejected(self, instance: Record, next_approvers: Sequence[str]) -> None:
        step, place = self._step(instance), self._now(instance)["step"]
        self._drop_items(instance, "NoResponse")
        self._act(instance, step.get("rejectionActions", {}))
        if step.get("rejectBehavior", {}).get("type") == "BackToPrevious" and place > 0:
            self._enter(self._now(instance), place - 1, next_approvers)
        else:
            self._end(instance, "Rejected", "finalRejectionActions")

    def _recall(self, instance: Record, comments: str | None) -> None:
        """By its submitter where the process allows it, by an administrator always [D: allowRecall]."""
        allowed = process_of(self.org, instance).get("allowRecall") and instance["SubmittedById"] == self.user["Id"]
        if not allowed and not is_admin(self.org, self.user):
            text = "insufficient access rights on cross-reference id"
            raise RestError(400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", text, ())
        self._drop_items(instance, None)
        self._note(instance, "Removed", self.user["Id"], comments)
        self._end(instance, "Removed", "recallActions")

    def _end(self, instance: Record, status: str, actions: str) -> None:
        self._put(instance, Status=status, CompletedDate=self.org.timestamp())
        self._act(instance, process_of(self.org, instance).get(actions, {}))

    # --- who and what -------------------------------------------------------------------------------------------

    def _record(self, record_id: str) -> tuple[str, Record]:
        for sobject in CUSTOMIZABLE:
            row = find_row(self.org, sobject, record_id)
            if row is not None:
                return sobject, row
        raise RestError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ())

    def _process(self, sobject: str, row: Record, submission: Submission) -> Component:
        """The named process, or the first by order that the record may enter; raises NO_APPLICABLE_PROCESS."""
        found = [
            (component["order"], name, component)
            for name, component in self.org.of_type("ApprovalProcess").items()
            if name.startswith(f"{sobject}.") and component["body"]["active"]
        ]
        for _, name, component in sorted(found, key=lambda each: each[:2]):
            named = submission.process
            if named is not None and named not in {name.partition(".")[2], component["id"], component["id"][:15]}:
                continue
            skip = named is not None and submission.skip_entry_criteria
            criteria = component["body"].get("entryCriteria", {})
            enters = skip or matches(Viewer(self.org, self.user), sobject, criteria, row, None)
            if enters and self._may_submit(component["body"], row):
                return component
        raise RestError(400, "NO_APPLICABLE_PROCESS", "No applicable approval process was found.", ())

    def _may_submit(self, process: Body, row: Record) -> bool:
        return is_admin(self.org, self.user) or any(
            self._is_submitter(submitter, row) for submitter in process["allowedSubmitters"]
        )

    def _is_submitter(self, submitter: Body, row: Record) -> bool:
        kind, name = submitter["type"], submitter.get("submitter", "")
        if kind == "owner":
            return acts_for(self.org, self.user, str(row["OwnerId"]))
        if kind == "creator":
            return bool(row["CreatedById"] == self.user["Id"])
        if kind in {"user", "partnerUser", "customerPortalUser"}:
            return str(self.user["Username"]).lower() == str(name).lower()
        if kind == "group":
            groups = self.org.select("Group", Type="Regular", DeveloperName=name)
            return any(acts_for(self.org, self.user, str(group["Id"])) for group in groups)
        if kind in {"role", "portalRole"}:
            return name in self._roles()[:1]
        return bool(kind == "allInternalUsers" or name in self._roles())

    def _roles(self) -> list[str]:
        """The user's role and those above it, from the bottom up: to a role belong its subordinates."""
        found, role = list[str](), self.org.record("UserRole", self.user.get("UserRoleId") or "")
        while role is not None and role["DeveloperName"] not in found:
            found.append(str(role["DeveloperName"]))
            role = self.org.record("UserRole", role.get("ParentRoleId") or "")
        return found

    # --- rows ---------------------------------------------------------------------------------------------------

    def _now(self, instance: Record) -> Record:
        return self.org.table("ProcessInstance")[instance["Id"]]

    def _put(self, instance: Record, **values: Any) -> None:
        """Rows are replaced, never changed in place, so that a save can be undone."""
        moment = self.org.timestamp()
        row = {**self._now(instance), **values, "LastModifiedDate": moment, "SystemModstamp": moment}
        self.org.table("ProcessInstance")[instance["Id"]] = row

    def _step(self, instance: Record) -> Body:
        now = self._now(instance)
        found: Body = process_of(self.org, now)["approvalStep"][now["step"]]
        return found

    def _note(self, instance: Record, status: str, actor: object, comments: str | None) -> None:
        """A line of the request's history."""
        values = {
            "ProcessInstanceId": instance["Id"],
            "StepStatus": status,
            "ActorId": self.user["Id"],
            "OriginalActorId": actor,
            "Comments": comments,
        }
        self.org.insert("ProcessInstanceStep", values, self.user["Id"])

    def _take(self, item: Record) -> None:
        del self.org.table("ProcessInstanceWorkitem")[item["Id"]]

    def _drop_items(self, instance: Record, status: str | None) -> None:
        """Remove open work items; their steps say NoResponse [D: ProcessInstanceStep]."""
        for item in self.org.select("ProcessInstanceWorkitem", ProcessInstanceId=instance["Id"]):
            self._take(item)
            if status is not None:
                self._note(instance, status, item["ActorId"], None)

    def _act(self, instance: Record, actions: Body) -> None:
        sobject, row = self._record(instance["TargetObjectId"])
        WorkflowActions(self.org, self.user, self.saves, sobject).run(row["Id"], actions)
