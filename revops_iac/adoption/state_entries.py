"""What is adopted as entries of Pulumi's state, which cannot import dynamic resources itself."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, cast

from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider

from revops_iac.account import AccountProvider
from revops_iac.adoption.drift import managed_in
from revops_iac.compile import Planned
from revops_iac.dynamic import outputs_of
from revops_iac.model import TOPICS
from revops_iac.plan.model_changes import with_order
from revops_iac.program import ACCOUNT_TYPE, KindResource, topic_type, type_token
from revops_iac.provider.kind import Kind, LiveObject
from revops_iac.provider.resource_state import KEPT_OUTPUTS, inputs_of
from revops_iac.provider.session import Session
from revops_iac.stack_context import StackContext
from revops_iac.state.source_map import lines_of
from revops_iac.systems import installed_systems, system_named

State = dict[str, Any]
STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_TYPE = "pulumi:providers:pulumi-python"


@dataclass(frozen=True)
class Adopted:
    """A planned resource and the live object that it stands for."""

    planned: Planned
    live: LiveObject
    session: Session[Any]

    @property
    def kind(self) -> Kind[Any, Any]:
        """Its kind."""
        kind: Kind[Any, Any] = system_named(self.planned.system).kinds[self.planned.declaration.kind]
        return kind


@dataclass(frozen=True)
class StackState:
    """The state of a stack, as `pulumi stack export` prints it, and the names of project and stack."""

    project: str
    context: StackContext
    state: State

    @property
    def resources(self) -> list[State]:
        """Its resources in order."""
        found: list[State] | None = self.state["deployment"].get("resources")
        return [] if found is None else found

    def managed(self, system: str) -> set[tuple[str, str]]:
        """Kind and vendor name of what the state holds of a system."""
        found = managed_in(self.state, system_named(system))
        return {(one.kind.name, one.kind.vendor_name(one.kind.parse(inputs_of(one.outputs)))) for one in found}

    def with_adopted(self, adopted: Sequence[Adopted], account_ids: Mapping[str, str]) -> StackState:
        """The state with entries for these; with the stack, its provider and its accounts where it was never applied.

        `account_ids` are the ids that the accounts say of themselves, by system.
        """
        made = StackState(self.project, self.context, copy.deepcopy(self.state))
        made.state["deployment"]["resources"] = list(made.resources)
        made._begin(account_ids)
        for system in dict.fromkeys(one.planned.system for one in adopted):
            made._declare(system, [one for one in adopted if one.planned.system == system], account_ids)
        urns, known = made._urns(), {one["urn"] for one in made.resources}
        for one in adopted:
            entry = made._entry(one, urns, known)
            made.resources.append(entry)
            known.add(entry["urn"])
        return made

    def lifted(
        self, earlier: StackContext, changed: Sequence[Adopted], account_ids: Mapping[str, str], topics: Collection[str]
    ) -> StackState:
        """The state with entries for what the stack now declares in other words, in the place of those it had.

        `earlier` is the stack before; an entry keeps what it says of its adoption. Topics are as the model has them.
        """
        made = StackState(self.project, self.context, copy.deepcopy(self.state))
        known = {(one.system, one.declaration.kind, one.name): self._vendor_urn(one) for one in earlier.planned}
        if made._resource(PROVIDER_TYPE) is None:
            return made  # never applied: there is nothing to keep
        renamed: dict[str, str] = {}
        urns, new = made._urns(), list[Adopted]()
        for one in changed:
            key = (one.planned.system, one.planned.declaration.kind, one.planned.name)
            before = next((other for other in made.resources if other["urn"] == known.get(key)), None)
            if before is None and key in known:
                continue  # declared before, and never applied
            new += [one] if before is None else []
            if before is not None:
                made.resources.remove(before)
                renamed[before["urn"]] = made._vendor_urn(one.planned)
            known_urns = {other["urn"] for other in made.resources}
            made.resources.append(_as_before(made._entry(one, urns, known_urns), before))
        for system in dict.fromkeys(one.planned.system for one in new):
            made._declare(system, [one for one in new if one.planned.system == system], account_ids)
        made._put_topics(topics)
        made.state["deployment"]["resources"] = _in_order([_renamed(one, renamed) for one in made.resources])
        return made

    def _put_topics(self, topics: Collection[str]) -> None:
        """The components of topics as the model has them now, of a stack that was applied."""
        stack = self._resource(STACK_TYPE)
        if stack is None:
            return
        desired = {one["urn"]: one for one in self._topics(stack["urn"]) if one["urn"].rpartition("::")[2] in topics}
        there = {one["urn"] for one in self.resources}
        made = [{**one, **desired[one["urn"]]} if one["urn"] in desired else one for one in self.resources]
        self.state["deployment"]["resources"] = [*made, *(one for urn, one in desired.items() if urn not in there)]

    def urn(self, type_: str, name: str) -> str:
        """The URN of a resource of this stack."""
        return f"urn:pulumi:{self.context.stack}::{self.project}::{type_}::{name}"

    def _resource(self, type_: str, name: str = "") -> State | None:
        fitting = [one for one in self.resources if one["type"] == type_]
        return next((one for one in fitting if not name or one["urn"].rpartition("::")[2] == name), None)

    def _begin(self, account_ids: Mapping[str, str]) -> None:
        """What a first `pulumi up` of an empty model makes, where it is missing: stack, topics, provider, accounts."""
        stack = self.urn(STACK_TYPE, f"{self.project}-{self.context.stack}")
        if self._resource(STACK_TYPE) is None:
            self.resources.append({"urn": stack, "custom": False, "type": STACK_TYPE})
            self.resources.extend(self._topics(stack))
        if self._resource(PROVIDER_TYPE) is None:
            self.resources.append(self._provider())
        missing = [name for name in installed_systems() if self._resource(ACCOUNT_TYPE, name) is None]
        for name, system in ((name, system_named(name)) for name in missing):
            account_id = self.context.account_id(system)
            inputs = {"system": name, "stack": self.context.stack, "account_id": account_id, "declared": ""}
            inputs["__provider"] = _serialized(AccountProvider)
            id_ = account_ids.get(name, f"{name}-unmanaged")
            entry = self._custom(ACCOUNT_TYPE, name, id_, inputs, inputs)
            self.resources.append({**entry, "parent": stack})

    def _provider(self) -> State:
        config = {key: _config_text(value) for key, value in self.context.config.values.items()}
        provider = {"urn": self.urn(PROVIDER_TYPE, "default"), "custom": True, "id": str(uuid.uuid4())}
        return {**provider, "type": PROVIDER_TYPE, "inputs": config, "outputs": dict(config)}

    def _topics(self, stack: str) -> Iterator[State]:
        model = self.context.loaded.model
        for name in filter(model.declares, TOPICS):
            inputs = with_order(model.topic(name), model.order(name))
            made = {"urn": self.urn(topic_type(name), name), "custom": False, "type": topic_type(name)}
            yield {**made, "inputs": inputs, "outputs": inputs, "parent": stack, "propertyDependencies": _none(inputs)}

    def _declare(self, system: str, adopted: Iterable[Adopted], account_ids: Mapping[str, str]) -> None:
        """Adds the lines of what is adopted to the account resource."""
        account = self._resource(ACCOUNT_TYPE, system)
        assert account is not None, "every state of a stack has both accounts"
        new = {f"{one.planned.declaration.kind} {one.planned.name}" for one in adopted}
        declared = "\n".join(sorted({*lines_of(account["outputs"].get("declared") or ""), *new}))
        for part in (account["inputs"], account["outputs"]):
            part |= {"declared": declared, "account_id": self.context.account_id(system_named(system))}
        if account["id"] == f"{system}-unmanaged":
            account["id"] = account_ids[system]

    def _urns(self) -> dict[tuple[str, str, str], str]:
        """The URN of each planned resource, by system, kind and vendor name."""
        return {(one.system, one.declaration.kind, one.name): self._vendor_urn(one) for one in self.context.planned}

    def _vendor_urn(self, planned: Planned) -> str:
        kind = system_named(planned.system).kinds[planned.declaration.kind]
        return self.urn(f"{ACCOUNT_TYPE}${type_token(kind)}", planned.declaration.key)

    def _entry(self, one: Adopted, urns: Mapping[tuple[str, str, str], str], known: Collection[str]) -> State:
        planned, kind = one.planned, one.kind
        inputs = {**planned.declaration.inputs, "__provider": _provider_of(planned.system, kind.name)}
        outputs = outputs_of(kind, one.session, planned.declaration.inputs, one.live, one.live)
        outputs["__provider"] = inputs["__provider"]
        entry = self._custom(type_token(kind), planned.declaration.key, one.live.id, inputs, outputs)
        entry |= {"urn": self._vendor_urn(planned), "parent": self.urn(ACCOUNT_TYPE, planned.system)}
        first = [urns[planned.system, *key] for key in planned.after if (planned.system, *key) in urns]
        if dependencies := [urn for urn in first if urn in known]:
            entry["dependencies"] = dependencies
        settings = self.context.settings
        if settings.production and not {planned.declaration.key, planned.name} & settings.allow_data_loss:
            entry["protect"] = True
        return entry

    @cached_property
    def _provider_reference(self) -> str:
        provider = self._resource(PROVIDER_TYPE)
        assert provider is not None, "every state of a stack has its provider"
        return f"{provider['urn']}::{provider['id']}"

    def _custom(self, type_: str, name: str, id_: str, inputs: State, outputs: State) -> State:
        made = {"urn": self.urn(type_, name), "custom": True, "id": id_, "type": type_}
        plain = {"inputs": dict(inputs), "outputs": dict(outputs), "provider": self._provider_reference}
        return {**made, **plain, "propertyDependencies": _none(inputs)}


def _as_before(entry: State, before: State | None) -> State:
    """A new entry with the adoption outputs of the one before it."""
    if before is None:
        return entry
    outputs = {key: value for key, value in entry["outputs"].items() if key not in KEPT_OUTPUTS}
    outputs |= {key: before["outputs"][key] for key in KEPT_OUTPUTS if key in before["outputs"]}
    kept: State = {key: before[key] for key in ("protect", "created", "modified") if key in before}
    return {**entry, **kept, "id": before["id"], "outputs": outputs}


def _renamed(entry: State, renamed: Mapping[str, str]) -> State:
    if not entry.get("dependencies"):
        return entry
    return {**entry, "dependencies": [renamed.get(urn, urn) for urn in entry["dependencies"]]}


def _in_order(resources: Sequence[State]) -> list[State]:
    """Each after its parent, its provider and what it depends on; else as they are."""
    by_urn = {one["urn"]: one for one in resources}
    done: dict[str, State] = {}

    def take(one: State) -> None:
        if one["urn"] in done:
            return
        provider = str(one.get("provider", "")).rpartition("::")[0]
        for urn in (one.get("parent"), provider, *(one.get("dependencies") or ())):
            if urn in by_urn and urn != one["urn"]:
                take(by_urn[urn])
        done[one["urn"]] = one

    for one in resources:
        take(one)
    return list(done.values())


@cache
def _provider_of(system: str, kind: str) -> str:
    resource = cast("type[KindResource]", system_named(system).resources[kind])
    return _serialized(resource.provider_class)


def _serialized(provider: type[ResourceProvider]) -> str:
    return str(serialize_provider(provider()))


def _none(inputs: Mapping[str, Any]) -> State:
    """Nothing that the inputs depend on."""
    return {key: [] for key in inputs}


def _config_text(value: Any) -> str:
    """A value of stack config as the engine passes it to a provider."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
