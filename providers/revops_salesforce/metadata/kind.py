"""What most kinds of Salesforce share: one metadata component each, listed by type and read ten at a time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from revops_iac.diagnostics import Diagnostic, Diagnostics, input_error
from revops_iac.provider.inputs import I, Inputs
from revops_iac.provider.kind import META_INPUTS, Definition, DesiredResource, Kind, LiveObject, State
from revops_salesforce.api.client import OrgSession, SalesforceClient
from revops_salesforce.api.components import Body, camel, snake, without_nil
from revops_salesforce.formulas import lint as formula_lint
from revops_salesforce.formulas.texts import FORMULA_KINDS, respelled
from revops_salesforce.metadata.merge import EntryKeys, merge

OTHERS = "elements"
"""The input that holds the elements without an input of their own."""


class MetadataKind(Kind[SalesforceClient, I]):
    """A kind whose objects are components of the Metadata API.

    An input is the component's element in snake case, unless the kind says otherwise; the key is the full name.

    Reads go through the Metadata API, because REST hides fields that the user has no field permission for [K].
    """

    system = "salesforce"
    component_type: ClassVar[str]
    """The type as the Metadata API calls it."""
    identity: ClassVar[frozenset[str]] = frozenset({"name"})
    """Inputs that make up the full name, so that they are not elements of the component."""
    spelled: ClassVar[frozenset[str] | None] = None
    """Elements that inputs of other names say; None for a kind that names what it cannot say in its own way."""
    element_names: ClassVar[Mapping[str, str]] = {}
    """The elements of inputs that are not called as their element in snake case."""
    entry_keys: ClassVar[EntryKeys] = {}
    """Lists of parts among the elements, and what identifies an entry of each; see `merge`."""
    ordinary: ClassVar[Mapping[str, Any]] = {}
    """What elements without an input are where nobody set them."""
    fresh_parts: ClassVar[Mapping[str, Body]] = {}
    """The elements that a new part has beside the declared ones, by path; see `merge`."""

    def vendor_name(self, inputs: I) -> str:
        return str(self.identifying(inputs)["name"])

    def identity_of(self, name: str) -> Definition:
        """The identifying inputs of a full name; the reverse of `vendor_name`."""
        return {"name": name}

    def elements(self, inputs: I) -> Body:
        """The component's elements for the managed inputs, and nothing else; None removes an element."""
        return self.plain_elements(self.own(inputs))

    def plain_elements(self, definition: Definition) -> Body:
        """Inputs as elements, each under the vendor's name."""
        return {self._element(key): value for key, value in definition.items()}

    def _element(self, key: str) -> str:
        """What the vendor calls an input."""
        return self.element_names.get(key) or camel(key)

    def own(self, inputs: I) -> Definition:
        """The managed inputs as plain values, without meta inputs and those that make up the full name."""
        left_out = META_INPUTS | self.identity | {OTHERS}
        return {key: value for key, value in inputs.managed().items() if key not in left_out}

    def identifying(self, inputs: I) -> Definition:
        """The inputs that make up the full name."""
        return {key: getattr(inputs, key) for key in self.identity}

    def definition(self, name: str, body: Body) -> Definition:
        """Our inputs for what the vendor holds; inputs that it leaves out get their default, else None."""
        names = [key for key in self.inputs.model_fields if key not in META_INPUTS | self.identity | {OTHERS}]
        values = {key: body.get(self._element(key), self.defaults.get(key)) for key in names}
        return {**self.identity_of(name), **values}

    def facts(self, body: Body) -> Mapping[str, Any]:
        """Read-only values worth showing."""
        return {}

    def normalize(self, definition: Definition) -> Definition:
        return {key: canonical(value) for key, value in definition.items()}

    def differences(self, declared: Definition, live: Definition) -> list[str]:
        """A formula that means the same in another spelling is no difference."""
        found = super().differences(declared, live)
        return super().differences(declared, respelled(self.name, declared, live)) if found else found

    def static_errors(self, inputs: I, program: Sequence[DesiredResource]) -> Diagnostics:
        """Also an element that has an input, given among those that have none."""
        for key in _others(inputs):
            if key == "fullName" or snake(key) in self.inputs.model_fields:
                yield input_error((OTHERS, key), f'"{key}" has an input of its own', f"use {snake(key)}")
        if self.name in FORMULA_KINDS:
            yield from formula_lint.static_errors(self.name, inputs.managed(), program)

    def preflight_errors(self, session: OrgSession, desired: DesiredResource, live: LiveObject | None) -> Diagnostics:
        """Formulas that name what neither the program nor the org has, and parts that a change would take along."""
        yield from formula_lint.preflight_errors(self, session, desired, live)
        if live is not None and "unmanaged_parts" in live.facts and desired.inputs:
            yield from self._lost_parts(session, desired, live)

    def _lost_parts(self, session: OrgSession, desired: DesiredResource, live: LiveObject) -> Iterator[Diagnostic]:
        """What a change would remove although the inputs cannot say it."""
        if not self.differences(desired.inputs, self.managed_view(desired.inputs, live)):
            return
        kept = Counter(map(_unnumbered, self.unexpressed(self.body_after(session, live, self.typed(desired)))))
        for part in sorted(Counter(map(_unnumbered, live.facts["unmanaged_parts"])) - kept):
            message = f"the change would remove {part}, which has no input here"
            yield Diagnostic("", message, "keep the entry that it belongs to, or remove it in Salesforce first")

    def body_after(self, session: OrgSession, live: LiveObject, inputs: I) -> Body:
        """The component as an update would leave it."""
        return self.changed_body(session.client, live, inputs)

    def scan(self, client: SalesforceClient, partition: str) -> Mapping[str, LiveObject | None]:
        return {self.from_vendor_name(name): None for name in client.list_components(self.component_type)}

    def made_by(self, name: str, live: LiveObject | None) -> str:
        package = namespace(name)
        return f'package "{package}"' if package else ""

    def from_vendor_name(self, name: str) -> str:
        """The full name as the program spells it."""
        return name

    def read_many(self, client: SalesforceClient, names: Sequence[str]) -> Mapping[str, LiveObject]:
        bodies = client.read_components(self.component_type, names)
        found = {self.from_vendor_name(name): body for name, body in bodies.items()}
        return {name: self.observe(name, body) for name, body in found.items()}

    def read_body(self, client: SalesforceClient, name: str) -> Body:
        """The component as the vendor holds it now, empty when it is gone."""
        return next(iter(client.read_components(self.component_type, [name]).values()), {})

    def observe(self, name: str, body: Body) -> LiveObject:
        """The object as the account holds it, from its component."""
        present = without_nil(body)
        unmanaged, has_others = self.unexpressed(present), OTHERS in self.inputs.model_fields
        others = self.others(present, unmanaged) if has_others else {}
        unmanaged = [part for part in unmanaged if not has_others or part in others]
        facts = {**self.facts(present), **({"unmanaged_parts": unmanaged} if unmanaged else {})}
        definition = self.definition(name, present)
        if has_others:
            definition[OTHERS] = others or None
        return LiveObject(name, name, definition, facts)

    def others(self, body: Body, names: Iterable[str]) -> Body:
        """The elements of these names that have no input, as far as somebody set them."""
        return {key: body[key] for key in names if body[key] != self.ordinary.get(key)}

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """Of the elements without an input, those that are declared."""
        if declared.get(OTHERS) is not None:
            there = live.definition.get(OTHERS) or {}
            shown = {key: there.get(key) for key in declared[OTHERS]}
            live = replace(live, definition={**live.definition, OTHERS: shown})
        return super().managed_view(declared, live)

    def unmanaged_parts(self, inputs: Definition, live: LiveObject) -> list[str]:
        return [part for part in super().unmanaged_parts(inputs, live) if part not in (inputs.get(OTHERS) or ())]

    def unexpressed(self, body: Body) -> list[str]:
        """What of the component the inputs cannot say, in words, sorted: it stays as it is."""
        if self.spelled is None:
            return []
        known = {"fullName", *self.spelled, *map(self._element, self.inputs.model_fields)}
        return sorted(key for key, value in body.items() if key not in known and value not in (False, "", []))

    def create(self, session: OrgSession, inputs: I) -> LiveObject:
        body = self.new_body(inputs)
        session.client.create_component(self.component_type, body)
        return self.observe(body["fullName"], body)

    def update(self, session: OrgSession, live: LiveObject, inputs: I) -> LiveObject:
        body = self.changed_body(session.client, live, inputs)
        session.client.update_component(self.component_type, body)
        return self.observe(live.name, body)

    def new_body(self, inputs: I) -> Body:
        """The component that a creation writes."""
        body = {"fullName": self.vendor_name(inputs), **_others(inputs), **self.elements(inputs)}
        return merge({}, body, self.entry_keys, self.component_type, self.fresh_parts)

    def changed_body(self, client: SalesforceClient, live: LiveObject, inputs: I) -> Body:
        """The component that an update writes: the live one with the declared elements in it. The whole of it is
        replaced [K], so everything else goes back as it was read. What is absent and has its default stays absent."""
        body = {**self.read_body(client, live.name), "fullName": live.name}
        defaults = self.plain_elements(dict(self.defaults))
        changes = {
            key: value
            for key, value in {**_others(inputs), **self.changes(body, inputs)}.items()
            if key in body or key not in defaults or value != defaults[key]
        }
        return merge(body, changes, self.entry_keys, self.component_type, self.fresh_parts)

    def packed(self, session: OrgSession, live: LiveObject | None, inputs: I) -> Body | str:
        """The component as one deployment of everything would write it, or why it has no place in one."""
        return self.new_body(inputs) if live is None else self.changed_body(session.client, live, inputs)

    def changes(self, body: Body, inputs: I) -> Body:
        """The elements to put into a component that exists; shared containers keep unmanaged entries."""
        return self.elements(inputs)

    def delete(self, session: OrgSession, live: LiveObject, state: State[I]) -> bool | None:
        """Deletes the component, or leaves it with what it names where a flow that stays in the org needs it."""
        client = session.client
        if session.report.keeps(self.name, live.name):
            session.report.keep((item.kind, item.name) for item in self.references(self.parse(live.definition)))
            session.report.say(f'Salesforce {self.name} "{live.name}" is kept, because a kept flow uses it')
            return True
        client.delete_component(self.component_type, live.name)
        return None


class ObjectPart(MetadataKind[I]):
    """A kind whose components belong to an object and are called after it: `Lead.Tier__c`."""

    identity = frozenset({"object", "name"})
    immutable = frozenset({"object", "name"})

    def vendor_name(self, inputs: I) -> str:
        own = self.identifying(inputs)
        return f"{own['object']}.{own['name']}"

    def identity_of(self, name: str) -> Definition:
        object_, _, own = name.partition(".")
        return {"object": object_, "name": own}


def lookup_target(program: Mapping[tuple[str, str], Inputs]) -> Callable[[str], str | None]:
    """To which object a lookup field of the program leads."""
    return lambda name: getattr(program.get(("CustomField", name)), "reference_to", None)


def namespace(full_name: str) -> str:
    """The namespace of the package that a component came with, empty for one of the org's own [K].

    >>> namespace("Lead.Tier__c"), namespace("Lead.acme__Tier__c"), namespace("acme__Deals/acme__Won")
    ('', 'acme', 'acme')
    """
    own = re.split(r"[./]", full_name)[-1]
    before, found, _ = re.sub(r"__(?:c|r|e|b|x|mdt|kav|pc)$", "", own).partition("__")
    return before if found else ""


def _others(inputs: Inputs) -> Body:
    return dict(getattr(inputs, OTHERS, None) or {})


def without_gaps(body: Body) -> Body:
    """The body without elements that are None, which the vendor takes as not set."""
    return {key: value for key, value in body.items() if value is not None}


def canonical(value: Any) -> Any:
    """One form of what the vendor trims or respells [D: meta_createMetadata]; nothing and empty are the same."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip() or None
    if isinstance(value, dict):
        return {key: made for key, part in value.items() if (made := canonical(part)) is not None}
    if isinstance(value, list):
        return [canonical(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _unnumbered(part: str) -> str:
    """Without places: an entry before it may have gone."""
    return re.sub(r" \d+", "", part)
