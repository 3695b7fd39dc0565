"""What global and standard value sets share: a list of values of which only those that the model names are ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from revops_iac.provider.kind import Definition, Impact, LiveObject, State
from revops_iac.provider.session import Session
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.fields import value_entries
from revops_salesforce.fields.impact import FieldCount, newly_inactive, of_values
from revops_salesforce.metadata.kind import MetadataKind, without_gaps


class ValueSetKind(MetadataKind):
    """A shared container, owned value by value: values that the model does not list are kept and shown as unmanaged."""

    values_element: ClassVar[str]
    """The element that holds the values."""

    def elements(self, inputs: Definition) -> Body:
        return self._elements([], inputs)

    def changes(self, body: Body, inputs: Definition) -> Body:
        return self._elements(body.get(self.values_element, []), inputs)

    def _elements(self, live: list[Body], inputs: Definition) -> Body:
        values = value_entries.merge(live, inputs.get("values") or [], inputs.get("deactivate") or [])
        return {**self._settings(inputs), self.values_element: values}

    def _settings(self, inputs: Definition) -> Body:
        """The elements beside the values."""
        return super().elements({key: value for key, value in inputs.items() if key not in {"values", "deactivate"}})

    def definition(self, name: str, body: Body) -> Definition:
        values = [value_entries.from_vendor(value) for value in body.get(self.values_element, [])]
        found = {**super().definition(name, body), "values": values, "sorted": body.get("sorted", False)}
        del found["deactivate"]
        return found

    def managed_view(self, declared: Definition, observed: LiveObject) -> Definition:
        current, managed = super().managed_view(declared, observed), observed.definition["values"]
        current["values"] = value_entries.owned(managed, declared["values"])
        if declared.get("deactivate"):
            current["deactivate"] = value_entries.inactive(managed, declared["deactivate"])
        return current

    def conflicts(self, declared: Definition, live: LiveObject) -> list[str]:
        found = super().conflicts(declared, live)
        if "values" in found and not value_entries.contradicts(live.definition["values"], declared["values"]):
            found.remove("values")
        return [key for key in found if key != "deactivate"]

    def output_facts(self, declared: Definition, live: LiveObject) -> Mapping[str, Any]:
        others = value_entries.unmanaged(live.definition["values"], declared["values"])
        return {"unmanaged": others} if others else {}

    def update_impact(
        self, session: Session[SalesforceClient], inputs: Definition, live: LiveObject
    ) -> Iterable[Impact]:
        """Records that hold a value that would be inactive."""
        gone = newly_inactive(live.definition["values"], inputs)
        if gone:
            yield of_values(self.fields(session, live.name), gone)

    def fields(self, session: Session[SalesforceClient], name: str) -> Iterable[FieldCount]:
        """The fields that take their values from the set."""
        raise NotImplementedError(f"{self.name} does not say which fields use it")

    def restore_original(self, session: Session[SalesforceClient], live: LiveObject, state: State[Definition]) -> None:
        earlier = state.original
        body = {**self.read_body(session.client, live.name), "fullName": live.name}
        names = [entry["name"] for entry in state.inputs.get("values") or []] + (state.inputs.get("deactivate") or [])
        values = value_entries.restore_original(body.get(self.values_element, []), earlier.get("values") or [], names)
        restored = without_gaps({**body, **self._settings(earlier), self.values_element: values})
        if self.definition(live.name, restored) != self.definition(live.name, body):
            session.client.update_component(self.component_type, restored)
