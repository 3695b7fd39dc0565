"""What every kind of every system must do, checked against a simulator: the account under contract and its runs.

`test_contract.py` runs the steps for each kind from the docstring of its inputs. Each block there is YAML:

- `Example::` holds the inputs of one object. Every kind has it.
- `Later::` holds what changes afterwards; inputs that it does not name stay as in the example. The vendor name must
  stay. A kind whose every input is part of its name has nothing to update, so it leaves the block out.
- `Renamed::` holds what changes the vendor name, for a kind with `name_is_immutable = False`. A move to another
  parent is such a change where the parent is part of the name.
- `Another example::` and `Another later::` run the contract once more, for a kind with two forms of its inputs.

What an example refers to is created first, from the example of that kind.
"""

from __future__ import annotations

import os
import pickle
import textwrap
from collections.abc import Hashable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import yaml
from crm_simulators.control import LoggedRequest
from crm_simulators.server import RunningSimulators
from pulumi.dynamic import ConfigureRequest, CreateResult, ReadResult, UpdateResult
from pulumi.dynamic.config import Config
from revops_salesforce.api.client import SalesforceClient

from revops_iac import dynamic
from revops_iac.compile import validated
from revops_iac.dynamic import KindProvider
from revops_iac.errors import AccountError
from revops_iac.provider.kind import Definition, Kind, LiveObject
from revops_iac.provider.live_object import DesiredResource
from revops_iac.provider.resource_state import inputs_of
from revops_iac.provider.session import Session
from revops_iac.provider.session.connection import Connection
from revops_iac.systems import system_named
from tests.providers.conftest import catch_up
from tests.providers.typed_inputs import desired_resource, name_in

WRITES = "POST|PUT|PATCH|DELETE"
_logins: dict[Hashable, Connection[Any]] = {}
_prepared: dict[Hashable, bytes] = {}
SWITCHES = {"LifecycleStages": {"hubspot.lifecycle_pipeline_writes": True}}
"""What must be switched on where a kind writes in a way that its vendor does not document."""


def created_in_two_runs(kind: Kind[Any, Any], config: Config) -> Definition:
    """The outputs of a create; where the first run ends in an AccountError, the next one takes the object up."""

    class Provider(KindProvider):
        pass

    Provider.kind = kind
    inputs = example(kind)
    outputs: Definition | None = None
    for _ in range(2):
        dynamic._sessions.clear()
        Provider().configure(ConfigureRequest(config))
        try:
            outputs = Provider().create(dict(inputs)).outs
            break
        except AccountError:
            continue
    assert outputs is not None
    return outputs


def docstring_block(kind: Kind[Any, Any], title: str) -> Definition | None:
    """The YAML under `title::` in the docstring of the kind's inputs."""
    loaded = _loaded(kind.inputs.__doc__ or "", title)
    assert loaded is None or isinstance(loaded, dict), (
        f"{kind.name}: the block {title}:: must be a map of inputs, as in YAML"
    )
    return deepcopy(loaded)


@cache
def _loaded(docstring: str, title: str) -> Any:
    text = _block(docstring, title)
    return None if text is None else yaml.load(text, Loader=yaml.CSafeLoader)


def _block(docstring: str, title: str) -> str | None:
    lines = textwrap.dedent(f"    {docstring}").splitlines()
    if f"{title}::" not in lines:
        return None
    block: list[str] = []
    for line in lines[lines.index(f"{title}::") + 1 :]:
        if line and not line.startswith(" "):
            break
        block.append(line)
    return textwrap.dedent("\n".join(block))


def example(kind: Kind[Any, Any]) -> Definition:
    """The inputs of the docstring example, as the engine passes them on."""
    return deepcopy(_example(kind))


@cache
def _example(kind: Kind[Any, Any]) -> Definition:
    found = docstring_block(kind, "Example")
    assert found is not None, (
        f"{kind.name}: put the inputs of one object under Example:: in the docstring of its inputs"
    )
    return validated(kind, found)


def later(kind: Kind[Any, Any]) -> Definition | None:
    """The example with its `Later::` changes, None for a kind that has nothing to update."""
    changed = _example_with(kind, "Later")
    if changed is not None and (name := name_in(kind, changed)) != name_in(kind, example(kind)):
        pytest.fail(f'{kind.name}: Later:: changes the vendor name to "{name}"; put that change under Renamed::')
    return changed


def renamed(kind: Kind[Any, Any]) -> Definition | None:
    """The example with another vendor name, from `Renamed::`; None for a kind whose name stays for life."""
    changed = _example_with(kind, "Renamed")
    if changed is not None and name_in(kind, changed) == name_in(kind, example(kind)):
        pytest.fail(f"{kind.name}: Renamed:: keeps the vendor name; put that change under Later::")
    return changed


def _example_with(kind: Kind[Any, Any], title: str) -> Definition | None:
    changes = docstring_block(kind, title)
    return None if changes is None else validated(kind, {**(docstring_block(kind, "Example") or {}), **changes})


def forms(kind: Kind[Any, Any]) -> list[Kind[Any, Any]]:
    """The kind, and once more with `Another example::` and `Another later::` in the place of its first ones."""
    if docstring_block(kind, "Another example") is None:
        return [kind]
    doc = str(kind.inputs.__doc__)
    for title, first in (("example", "Example"), ("later", "Later")):
        doc = doc.replace(f"{first}::", f"First {title}::").replace(f"Another {title}::", f"{first}::")
    inputs = type(kind.inputs.__name__, (kind.inputs,), {"__doc__": doc, "__module__": kind.inputs.__module__})
    other = type(kind.name, (type(kind),), {"inputs": inputs, "__module__": type(kind).__module__})
    return [kind, other()]


@cache
def needs(system: str, kind: Kind[Any, Any]) -> list[tuple[Kind[Any, Any], Definition]]:
    """What the example refers to, and what that refers to, in the order of creation."""
    return list(_needed(system, kind, example(kind)))


def _needed(system: str, kind: Kind[Any, Any], inputs: Definition) -> Iterator[tuple[Kind[Any, Any], Definition]]:
    kinds = system_named(system).kinds
    for reference in kind.references(kind.parse(inputs)):
        other = kinds.get(reference.kind)
        if other is None:
            continue
        theirs = example(other)
        if other.vendor_name(other.parse(theirs)) == reference.name:
            yield from _needed(system, other, theirs)
            yield other, theirs


@cache
def _declared(system: str, kind: Kind[Any, Any]) -> list[DesiredResource]:
    """The example and everything that it needs, as resources of a program."""
    of_needs = [desired_resource(other, inputs) for other, inputs in needs(system, kind)]
    return [*of_needs, desired_resource(kind, example(kind))]


@dataclass(frozen=True)
class Made:
    """A resource as Pulumi's state holds it."""

    id: str
    outputs: dict[str, Any]


@dataclass
class Contract:
    """One kind of one system on a fresh simulated account. Each `run()` is a new provider process."""

    sims: RunningSimulators
    system: str
    kind: Kind[Any, Any]
    logs_in_once: bool = False
    """Whether all runs on these accounts share a login: it takes longer than what most runs do."""

    @property
    def provider(self) -> KindProvider:
        provider = type(f"{self.kind.name}Provider", (KindProvider,), {"kind": self.kind})
        made = provider()
        assert isinstance(made, KindProvider)
        return made

    def run(self) -> Session[Any]:
        """Starts a new process: nothing is cached, and everything that the example needs is declared."""
        dynamic._sessions.clear()
        self.provider.configure(ConfigureRequest(Config(stack_config(self.sims), "revops")))
        session = dynamic.session_of(self.system)
        if self.logs_in_once:
            self._log_in(session)
        session.declared = _declared(self.system, self.kind)
        return session

    def _log_in(self, session: Session[Any]) -> None:
        connection = session.connection
        known = _logins.get(key := (self.sims, self.system, os.environ.get("HUBSPOT_API_VERSION")))
        if known is None:
            connection.open()
            _logins[key] = connection
            return
        connection._identity = known._identity
        if isinstance(connection.client, SalesforceClient):
            connection.client._connection = known.client._connection

    def prepare(self) -> None:
        """Creates in the account what the example needs: once for all tests of the kind, which start from a copy."""
        for switch, value in SWITCHES.get(self.kind.name, {}).items():
            self.sims.control.switches.set(switch, value)
        if not needs(self.system, self.kind):
            return
        simulator = self.sims.simulators[self.system]
        key = (self.sims, self.kind, os.environ.get("HUBSPOT_API_VERSION"))
        lags = self.sims.control.faults.has("read_lag")
        if key not in _prepared or lags:
            self._create_needs()
            _prepared[key] = pickle.dumps(simulator.dump())
        if not lags:
            simulator.exchange(pickle.loads(_prepared[key]))

    def _create_needs(self) -> None:
        session = self.run()
        session.allow_writes()
        for kind, inputs in needs(self.system, self.kind):
            typed = kind.parse(inputs)
            if session.find(kind, kind.vendor_name(typed)) is None:
                session.remember(kind, kind.create(session, typed))
        self.reads_catch_up()

    def reads_catch_up(self) -> None:
        """Where reads lag: what was prepared, or done by somebody else, shows from now on."""
        catch_up(self.sims)

    def create(self, inputs: Definition | None = None) -> Made:
        """A new process that creates the resource, and Pulumi records it."""
        session = self.run()
        desired = inputs or example(self.kind)
        made = self.create_here(desired)
        session.stores.pending_creates.end(self.kind.name, name_in(self.kind, desired))
        return made

    def create_here(self, inputs: Definition) -> Made:
        """Creates the resource in the process that runs."""
        result: CreateResult = self.provider.create(on_the_wire(inputs))
        return Made(result.id, dict(result.outs or {}))

    def refresh(self, made: Made) -> Made | None:
        """A new process that reads the resource; None when it is gone."""
        self.run()
        result: ReadResult = self.provider.read(made.id, on_the_wire(made.outputs))
        if result.id is None:
            return None
        found = inputs_of(result.outs or {})
        assert result.inputs == (found if found != inputs_of(made.outputs) else None)  # None: as state has them
        return Made(result.id, dict(result.outs or {}))

    def changes(self, made: Made, inputs: Definition) -> bool:
        """Whether the diff of state and inputs asks for an update."""
        return bool(self.provider.diff(made.id, on_the_wire(made.outputs), on_the_wire(inputs)).changes)

    def update(self, made: Made, inputs: Definition) -> Made:
        """A new process that updates the resource."""
        self.run()
        return self.update_here(made, inputs)

    def update_here(self, made: Made, inputs: Definition) -> Made:
        """Updates the resource in the process that runs."""
        result: UpdateResult = self.provider.update(made.id, on_the_wire(made.outputs), on_the_wire(inputs))
        return Made(made.id, dict(result.outs or {}))

    def delete(self, made: Made) -> None:
        """A new process that deletes the resource."""
        self.run()
        self.delete_here(made)

    def delete_here(self, made: Made) -> None:
        """Deletes the resource in the process that runs."""
        self.provider.delete(made.id, on_the_wire(made.outputs))

    def live(self, inputs: Definition | None = None) -> LiveObject | None:
        """What the account holds, read by a new process."""
        self.reads_catch_up()
        return self.run().find(self.kind, name_in(self.kind, inputs or example(self.kind)))

    def elsewhere(self, inputs: Definition) -> None:
        """Somebody else changes the object to these inputs."""
        self.reads_catch_up()
        session = self.run()
        session.allow_writes()
        live = session.find(self.kind, name_in(self.kind, inputs))
        assert live is not None, f"{self.kind.name}: {name_in(self.kind, inputs)} is not in the account"
        self.kind.update(session, live, self.kind.parse(inputs))
        self.reads_catch_up()

    def removed_elsewhere(self) -> None:
        """Somebody else deletes the object."""
        self.reads_catch_up()
        session = self.run()
        session.allow_writes()
        live = session.find(self.kind, name_in(self.kind, example(self.kind)))
        assert live is not None, f"{self.kind.name}: its example is not in the account"
        self.kind.delete(session, live, self.kind.state(example(self.kind)))
        self.reads_catch_up()

    def writes(self) -> list[LoggedRequest]:
        """The calls that changed the account since the log was cleared, refused ones left out."""
        found = self.sims.control.log.select(system=self.system, writes_only=True)
        return [request for request in found if request.status < 400]

    def forget_log(self) -> None:
        self.sims.control.log.clear()


def stack_config(sims: RunningSimulators) -> dict[str, Any]:
    """Stack config that names the simulated accounts; credentials come from the environment."""
    config: dict[str, Any] = {"hubspot:portalId": str(sims.hubspot.portal_id)}
    if sims.salesforce is not None:
        config["salesforce:organizationId"] = sims.salesforce.organization_id
    return config


def on_the_wire(value: Any) -> Any:
    """A value as Pulumi's engine hands it over: every number is a float."""
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, list):
        return [on_the_wire(item) for item in value]
    return {key: on_the_wire(item) for key, item in value.items()} if isinstance(value, dict) else value


def declared_part(kind: Kind[Any, Any], inputs: Definition, outputs: Mapping[str, Any]) -> Definition:
    """What outputs say of the declared inputs."""
    return {key: outputs[key] for key in inputs}
