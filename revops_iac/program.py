"""The Pulumi program: loads the model, registers topics, accounts and vendor resources, and writes the source map.

`stacks/__main__.py` calls `run()`. Python users may leave the model out and construct resources themselves
(`revops_hubspot.Property(object="contacts", name="mql_date", …)`); those register through the same `Program`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pulumi
import pulumi.dynamic as dynamic
from pulumi.runtime.config import get_config_env

from revops_iac.account import Account, account_id
from revops_iac.compile import Planned, validated, warnings
from revops_iac.config.settings import REVOPS_KEYS, Settings, read_settings, unknown_keys
from revops_iac.config.stack_config import StackConfig
from revops_iac.diagnostics import Diagnostic, Position, Severity, plural, render, suggest
from revops_iac.dynamic import KindProvider
from revops_iac.engine import collect_rarely
from revops_iac.errors import AuthorError, DiagnosticsError, RevopsError
from revops_iac.model import TOPICS
from revops_iac.plan.earlier_model import EarlierModel
from revops_iac.plan.model_changes import model_changes, summary_lines, topics_of, with_order
from revops_iac.provider.kind import Definition, DesiredResource, Kind
from revops_iac.source.load import Loaded
from revops_iac.stack_context import StackContext
from revops_iac.state.backend import require_room
from revops_iac.state.folder import require_writable, stack_folder
from revops_iac.state.source_map import SourceMap, digest, lines
from revops_iac.systems import installed_systems, system_named
from revops_iac.whole_model import read_whole

ACCOUNT_TYPE = "pulumi-python:dynamic/revops:Account"
SHOWN_CHANGES = 30
"""Lines of the summary of a preview; the review page has them all."""
ALREADY_SHOWN = 32
"""The exit code by which Pulumi's language host knows that the reason was shown; after a `RunError` it adds an error of
its own, "an unhandled error occurred" [S: pulumi-language-python-exec]."""


class Topic(pulumi.ComponentResource):
    """One topic of the model as intent: its inputs are the topic itself, so every change of it shows in the plan."""

    def __init__(self, name: str, content: Mapping[str, Any], order: Mapping[str, Sequence[str]]) -> None:
        props = with_order(content, order)
        super().__init__(topic_type(name), name, props)
        self.register_outputs(props)  # stack policies and `pulumi policy analyze` read outputs, not inputs


def topic_type(name: str) -> str:
    """The type token of a topic: `revops:model:DataHygiene` for `data_hygiene`."""
    return f"revops:model:{''.join(part.capitalize() for part in name.split('_'))}"


class Program:
    """What one run of a Pulumi program registers. One per process; `current()` makes it on first use."""

    _current: ClassVar[Program | None] = None

    def __init__(self) -> None:
        self.stack = pulumi.get_stack()
        self.settings: Settings = read_settings(stack_config, self.stack)
        require_writable(stack_folder(self.stack))
        require_room()
        self._entries: dict[str, tuple[str, DesiredResource]] = {}
        self._resources: dict[tuple[str, str, str], pulumi.Resource] = {}
        self._places: dict[str, Position] = {}
        self._overlaid: Mapping[str, Position] = {}
        self._managed: Sequence[str] | None = self.settings.systems
        self._texts: dict[tuple[str, str, str], Mapping[str, Position]] = {}
        self._accounts = {
            name: Account(name, self.stack, account_id(name, stack_config), self._declared(name))
            for name in installed_systems()
        }

    @classmethod
    def current(cls) -> Program:
        """The program of this process; the account resources of all installed systems are registered with it."""
        if cls._current is None:
            cls._current = cls()
        return cls._current

    def managed(self, system: str) -> bool:
        """Whether this stack manages the system."""
        return self._managed is None or system in self._managed

    def manage(self, systems: Sequence[str]) -> None:
        """Takes the managed systems from the model, which knows more than stack config."""
        self._managed = systems

    async def _declared(self, system: str) -> str:
        """Resolves when the synchronous part of the program has ended, so it sees every resource of the system."""
        self._write_map()
        return lines(desired for name, desired in self._entries.values() if name == system)

    def _write_map(self) -> None:
        by_system = {
            name: [desired for system, desired in self._entries.values() if system == name] for name in self._accounts
        }
        SourceMap(
            declared={name: digest(lines(desired)) for name, desired in by_system.items()},
            resources={urn: desired for urn, (_, desired) in self._entries.items()},
            systems={urn: system for urn, (system, _) in self._entries.items()},
            places=self._places,
            preview=pulumi.runtime.is_dry_run(),
            managed=tuple(name for name in self._accounts if self.managed(name)),
            overlaid=self._overlaid,
        ).write(self.stack)

    def add_places(self, loaded: Loaded) -> None:
        """Notes where the values of the model stand, for messages, and what the overlay changes, for policies."""
        self._places.update({".".join(map(str, path)): position for path, position in loaded.positions.items()})
        self._overlaid = loaded.overlaid

    def add_texts(self, system: str, kind: str, name: str, texts: Mapping[str, Position]) -> None:
        """Notes where the texts of a resource's inputs stand, for messages."""
        self._texts[system, kind, name] = texts

    def options(
        self,
        kind: Kind[Any, Any],
        pulumi_name: str,
        inputs: Definition,
        position: Position | None,
        was: Sequence[str] = (),
        after: Iterable[tuple[str, str]] | None = None,
    ) -> pulumi.ResourceOptions:
        """The options of a vendor resource: parent, aliases, protection, dependencies; and its line in `declared`."""
        typed = kind.parse(inputs)
        name = kind.vendor_name(typed)
        if not self.managed(kind.system):
            raise AuthorError(
                f'{kind.system} {kind.name} "{name}": this stack does not manage {kind.system}',
                f"add {kind.system} to revops:systems, or leave the resource out of this stack",
            )
        texts = self._texts.get((kind.system, kind.name, name), {})
        urn = f"urn:pulumi:{self.stack}::{pulumi.get_project()}::{ACCOUNT_TYPE}${type_token(kind)}::{pulumi_name}"
        self._entries[urn] = (kind.system, DesiredResource(kind.name, name, pulumi_name, inputs, position, texts))
        desired_first = after if after is not None else [(r.kind, r.name) for r in kind.references(typed)]
        first = [self._resources.get((kind.system, *reference)) for reference in desired_first]
        return pulumi.ResourceOptions(
            parent=self._accounts[kind.system],
            aliases=[pulumi.Alias(name=old, parent=self._accounts[kind.system]) for old in was],
            depends_on=[resource for resource in first if resource is not None],
            protect=True if self._protects(pulumi_name, name) else None,
        )

    def _protects(self, *names: str) -> bool:
        return self.settings.production and not set(names) & self.settings.allow_data_loss

    def registered(self, kind: Kind[Any, Any], name: str, resource: pulumi.Resource) -> None:
        """Notes a resource, so that later ones can depend on it."""
        self._resources[(kind.system, kind.name, name)] = resource


def stack_config(key: str) -> Any:
    """A stack config value by its full key, `hubspot:portalId`; secrets in clear, so never print one."""
    return get_config_env().get(key)


def type_token(kind: Kind[Any, Any]) -> str:
    """The Pulumi type of a kind: `pulumi-python:dynamic/hubspot:Property`."""
    return f"pulumi-python:dynamic/{kind.system}:{kind.name}"


class KindResource(dynamic.Resource):
    """Base of the resource classes that a provider package offers, one per kind."""

    kind: ClassVar[Kind[Any, Any]]
    provider_class: ClassVar[type[KindProvider]]

    def __init__(
        self,
        resource_name: str | None = None,
        opts: pulumi.ResourceOptions | None = None,
        *,
        planned: Planned | None = None,
        **inputs: Any,
    ) -> None:
        """Registers the resource; `inputs` are those of the kind, `resource_name` its Pulumi name when not derived.

        Raises AuthorError when the stack does not manage the system, pydantic's ValidationError on wrong inputs.
        """
        values = planned.declaration.inputs if planned is not None else validated(self.kind, inputs)
        typed = self.kind.parse(values)
        name = self.kind.vendor_name(typed)
        pulumi_name = planned.declaration.key if planned else resource_name or self.kind.pulumi_name(typed)
        program = Program.current()
        derived = program.options(
            self.kind,
            pulumi_name,
            values,
            planned.position if planned is not None else None,
            planned.declaration.was if planned is not None else (),
            planned.after if planned is not None else None,
        )
        super().__init__(self.provider_class(), pulumi_name, dict(values), pulumi.ResourceOptions.merge(derived, opts))
        program.registered(self.kind, name, self)


def resource_class(module: str, kind: Kind[Any, Any], provider: type[KindProvider]) -> type[KindResource]:
    """The resource class of a kind, named as the kind, its type token `pulumi-python:dynamic/<system>:<Kind>`."""

    class Registered(KindResource, module=kind.system, name=kind.name):
        pass

    Registered.kind, Registered.provider_class = kind, provider
    Registered.__name__ = Registered.__qualname__ = kind.name
    Registered.__module__ = module
    Registered.__doc__ = kind.inputs.__doc__
    return Registered


def run(folder: str | Path = ".") -> None:
    """Registers everything that the model in `folder` (with `model/` and `overlays/` in it) asks of this stack.

    Problems of the model end the run with all of them as one message and without a traceback.
    """
    collect_rarely()
    pulumi.log.debug = _unsent
    _leave_out_stack_traces()
    try:
        _run(Path(folder))
    except RevopsError as error:
        pulumi.log.error(str(error))
        sys.exit(ALREADY_SHOWN)


def _leave_out_stack_traces() -> None:
    """Keeps the Python frames that register a resource out of its state: they are ours for every resource of a model,
    name folders of the machine, and took more than half of the state (measured with 1,000 properties)."""
    sdk = sys.modules["pulumi.runtime.resource"]
    if hasattr(sdk, "_get_stack_trace"):  # a name of the SDK's own, which may go
        from pulumi.runtime.proto.source_pb2 import StackTrace

        sdk._get_stack_trace = StackTrace  # type: ignore[attr-defined]


def _unsent(*_message: Any, **_about: Any) -> None:
    """Takes the place of the SDK's debug messages: each is a call that the program waits for, three for every resource
    (measured with 3,600 of them: two thirds of the program's time, a quarter of a preview's work)."""


def _run(folder: Path) -> None:
    _refuse_unknown_config()
    earlier = _earlier_model() if pulumi.runtime.is_dry_run() else None
    context = StackContext.of(folder, StackConfig(pulumi.get_stack(), get_config_env()))
    loaded, planned = read_whole(context)
    for warning in warnings(loaded, context.settings):
        pulumi.log.warn(render(replace(warning, severity=Severity.ERROR)))  # the engine writes the word itself
    _require_ids(context, planned)
    Program.current().manage(list(context.systems))
    register(loaded, planned)
    if earlier is not None:
        _say_changes(earlier, loaded)


def _earlier_model() -> EarlierModel:
    return EarlierModel(pulumi.get_project(), pulumi.get_stack(), {topic_type(name): name for name in TOPICS})


def _say_changes(earlier: EarlierModel, loaded: Loaded) -> None:
    """A preview ends with what changes in the model, in its words."""
    before = earlier.topics()
    if before is None:
        return
    if found := model_changes(before, topics_of(loaded.model)):
        lines = "\n    ".join(summary_lines(found, SHOWN_CHANGES))
        pulumi.log.info(f"the model: {plural(len(found), 'change')}\n    {lines}")


def _refuse_unknown_config() -> None:
    allowed = [f"revops:{key}" for key in REVOPS_KEYS]
    if unknown := unknown_keys(get_config_env()):
        raise DiagnosticsError(
            Diagnostic("stack config", f'"{key}" is not a key', suggest(key, allowed)) for key in unknown
        )


def _require_ids(context: StackContext, planned: Iterable[Planned]) -> None:
    declared = {item.system for item in planned}
    for system in context.systems.values():
        if system.name in declared and not context.account_id(system):
            key = system.account.id_key
            raise AuthorError(
                f"{system.label}: stack config has no {key}",
                f"pulumi config set {key} ID, so that no run can touch another account",
            )


def register(loaded: Loaded, planned: Iterable[Planned]) -> None:
    """Registers topics, then vendor resources in the order given."""
    for name in TOPICS:
        if loaded.model.declares(name):
            Topic(name, loaded.model.topic(name), loaded.model.order(name))
    program = Program.current()
    program.add_places(loaded)
    for item in planned:
        origin, kind = item.declaration.origin, item.declaration.kind
        if origin[:1] == (item.system,):  # a raw entry, whose inputs are in the file as they are here
            program.add_texts(item.system, kind, item.name, loaded.texts_of(origin, item.declaration.inputs))
        constructor = _constructor(item.system, item.declaration.kind)
        constructor(planned=item)


def _constructor(system: str, kind: str) -> Callable[..., KindResource]:
    return system_named(system).resources[kind]
