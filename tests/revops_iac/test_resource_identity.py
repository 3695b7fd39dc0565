"""What stands in every user's state: type tokens, URNs, class paths and the pickled provider. None of it may change.

A change makes every stack replace its resources, or fail to load them. The golden file only grows: a release adds its
new kinds with `identity`, and a line that is there is never edited.
"""

from __future__ import annotations

import base64
import json
import pickletools
from pathlib import Path
from typing import Any

import pytest
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider

from revops_iac.account import AccountProvider
from revops_iac.model import TOPICS
from revops_iac.program import ACCOUNT_TYPE, topic_type, type_token
from revops_iac.provider.kind import Definition, Kind
from revops_iac.systems import installed_systems, system_named

FILE = Path(__file__).resolve().parents[1] / "golden" / "resource_identity.json"
GOLDEN: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
KINDS = [kind for system in installed_systems().values() for kind in system.kinds.values()]
PROVIDER_LIMIT = 120
"""Characters of `__provider` in state: by reference it is about 80, by value thousands."""


def class_path(provider: type[ResourceProvider]) -> str:
    return f"{provider.__module__}.{provider.__qualname__}"


def provider_of(kind: Kind[Any, Any]) -> type[ResourceProvider]:
    return system_named(kind.system).resources[kind.name].provider_class  # type: ignore[attr-defined,no-any-return]


def identity(kind: Kind[Any, Any], inputs: Definition) -> dict[str, Any]:
    """How one kind stands in state; `inputs` are those that name the object."""
    urn = f"urn:pulumi:STACK::revops::{ACCOUNT_TYPE}${type_token(kind)}::{kind.pulumi_name(kind.parse(inputs))}"
    return {"inputs": inputs, "type": type_token(kind), "urn": urn, "provider": class_path(provider_of(kind))}


@pytest.mark.parametrize("name", GOLDEN["kinds"])
def test_kind_of_the_golden_file_is_what_states_call_it(name: str):
    system, _, kind_name = name.partition(":")
    kind = system_named(system).kinds[kind_name]
    assert identity(kind, GOLDEN["kinds"][name]["inputs"]) == GOLDEN["kinds"][name]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.system}-{kind.name}")
def test_every_kind_is_called_by_its_system_and_class(kind: Kind[Any, Any]):
    assert type_token(kind) == f"pulumi-python:dynamic/{kind.system}:{type(kind).__name__}"
    assert class_path(provider_of(kind)) == f"revops_{kind.system}.dynamic.{type(kind).__name__}Provider"


def test_account_is_what_states_call_it():
    assert GOLDEN["account"] == {"type": ACCOUNT_TYPE, "provider": class_path(AccountProvider)}


def test_topics_are_what_states_call_them():
    assert GOLDEN["topics"] == {name: topic_type(name) for name in TOPICS}


@pytest.mark.parametrize("provider", [AccountProvider, *map(provider_of, KINDS)], ids=class_path)
def test_provider_in_state_is_a_short_reference(provider: type[ResourceProvider]):
    text = serialize_provider(provider())
    assert len(text) < PROVIDER_LIMIT
    named = [argument for _, argument, _ in pickletools.genops(base64.b64decode(text)) if isinstance(argument, str)]
    assert ".".join(named) == class_path(provider)
