"""What e-mail alerts, tasks and field updates share: each is one entry of an object's Workflow, addressed by itself.

The container is never written, so the actions of others, and workflow rules that an old org has, stay as they are.
"""

from __future__ import annotations

from typing import Any, ClassVar

from revops_iac.provider.inputs import I
from revops_iac.provider.kind import LiveObject, State
from revops_salesforce.api.client import OrgSession, SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.metadata.kind import ObjectPart

ACTION_ELEMENTS = (
    "initialSubmissionActions",
    "finalApprovalActions",
    "finalRejectionActions",
    "recallActions",
    "approvalActions",
    "rejectionActions",
)


class WorkflowActionKind(ObjectPart[I]):
    """An action of one object, `Opportunity.Approved`; flows and approval processes name it."""

    defaults = {"protected": False, "notify_assignee": False}
    action_type: ClassVar[str]
    """The action's name in approval processes."""
    on_delete = "The action is deleted. It is kept while an approval process that Salesforce keeps uses it."

    def delete(self, session: OrgSession, live: LiveObject, state: State[I]) -> bool | None:
        """Asks first who names it: the platform refuses then [K], and processes with history are kept."""
        client = session.client
        if not session.report.keeps(self.name, live.name) and (users := self._users(client, live.name)):
            session.report.keep((item.kind, item.name) for item in self.references(self.parse(live.definition)))
            session.report.say(
                f"Salesforce: {self.name} {live.name} stays: approval process {', '.join(users)} names it"
            )
            return True
        return super().delete(session, live, state)

    def _users(self, client: SalesforceClient, name: str) -> list[str]:
        object_, _, own = name.partition(".")
        processes = [one for one in client.list_components("ApprovalProcess") if one.startswith(f"{object_}.")]
        bodies = client.read_components("ApprovalProcess", processes)
        return sorted(one for one, body in bodies.items() if (self.action_type, own) in _actions_of(body))


def _actions_of(process: Body) -> set[tuple[str, str]]:
    """The actions that a process names, as (type, name)."""
    holders: list[dict[str, Any]] = [process, *process.get("approvalStep", [])]
    return {
        (action["type"], action["name"])
        for holder in holders
        for element in ACTION_ELEMENTS
        for action in holder.get(element, {}).get("action", [])
    }
