"""A bundle that is not the moment's plan is refused before Pulumi runs, and nothing is written to the account."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from crm_simulators.server import RunningSimulators

from revops_iac.commands import apply
from revops_iac.commands.apply import apply_bundle
from revops_iac.commands.plan import bundle_of
from revops_iac.errors import AuthorError
from revops_iac.plan.bundle import PLAN, write_bundle
from revops_iac.plan.dangers import touched
from revops_iac.plan.reading import PlanReading, Step
from revops_iac.stack_context import StackContext
from revops_iac.systems import system_named

TIER = {
    "object": "contacts",
    "name": "tier",
    "label": "Tier",
    "type": "string",
    "field_type": "text",
    "group_name": "contactinformation",
}
URN = "urn:pulumi:dev::acme::pulumi-python:dynamic/revops:Account$pulumi-python:dynamic/hubspot:Property::contacts.tier"
STATE: dict[str, Any] = {"deployment": {"resources": []}}


class Engine:
    """Pulumi, which must not be reached."""

    project = "acme"

    def __init__(self, folder: Path, stack: str) -> None:
        self.stack = stack

    def export(self) -> dict[str, Any]:
        return STATE

    def up(self, plan: Path, *, checkpoints: bool) -> Any:
        raise AssertionError(f"a refused bundle was applied: {plan.read_text()}")


@pytest.fixture
def folder(tmp_path: Path, crms: RunningSimulators, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose stack `dev` declares one property on the simulated portal."""
    for name, value in crms.env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(apply, "PulumiStack", Engine)
    monkeypatch.setattr(apply, "Pulumi", Engine)
    (tmp_path / "Pulumi.yaml").write_text("name: acme\n")
    model = tmp_path / "stacks" / "model" / "model.yaml"
    model.parent.mkdir(parents=True)
    context = {"systems": {"managed": ["hubspot"], "source_of_truth": "hubspot"}}
    model.write_text(yaml.safe_dump({"context": context, "hubspot": {"Property": {"contacts.tier": TIER}}}))
    (tmp_path / "stacks" / "overlays").mkdir()
    for stack in ("dev", "other"):
        (tmp_path / "stacks" / "overlays" / f"{stack}.yaml").write_text("{}\n")
        config = {"hubspot:portalId": str(crms.hubspot.portal_id), "revops:systems": ["hubspot"]}
        (tmp_path / "stacks" / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump({"config": config}))
    return tmp_path / "stacks"


def planned(folder: Path) -> tuple[Path, str]:
    """A bundle that creates the property, and its checksum."""
    context, place = StackContext.load(folder, "dev"), folder.parent / "plan"
    session = context.session(system_named("hubspot"))
    session.open()
    steps = [Step("create", URN, None, dict(TIER))]
    place.mkdir()
    (place / PLAN).write_text("{}")
    bundle = bundle_of(context, PlanReading(steps), "acme", STATE, touched(session, steps), place)
    return place, write_bundle(place, bundle)


def refusal(folder: Path, place: Path, checksum: str, stack: str = "dev") -> str:
    with pytest.raises(AuthorError) as raised:
        apply_bundle(place, checksum, folder, stack, lambda text: None)
    return str(raised.value)


def test_bundle_is_refused_without_a_write(
    folder: Path, crms: RunningSimulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, checksum = planned(folder)
    assert "no checksum was given" in refusal(folder, place, "")
    assert "it is a plan of acme/dev, not of acme/other" in refusal(folder, place, checksum, "other")
    monkeypatch.setitem(STATE["deployment"], "resources", [{"urn": URN, "inputs": TIER, "outputs": TIER}])
    assert "the state of the stack changed since the plan" in refusal(folder, place, checksum)
    assert crms.control.log.select(writes_only=True) == []


def test_bundle_older_than_the_account_or_the_model_is_refused_without_a_write(
    folder: Path, crms: RunningSimulators
) -> None:
    place, checksum = planned(folder)

    def exchanged(text: str) -> None:
        (place / PLAN).write_text('{"other": {}}')

    with pytest.raises(AssertionError, match="a refused bundle was applied"):
        apply_bundle(place, checksum, folder, "dev", lambda text: None)  # untouched, it gets as far as Pulumi
    with pytest.raises(AssertionError, match=r"applied: \{\}$"):  # exchanged meanwhile, the reviewed plan is applied
        apply_bundle(place, checksum, folder, "dev", exchanged)
    (place / PLAN).write_text("{}")
    runs = folder / ".revops" / "dev" / "runs"
    begun = len(list(runs.iterdir()))
    session = StackContext.load(folder, "dev").session(system_named("hubspot"))
    session.allow_writes()
    kind = session.system.kinds["Property"]
    kind.create(session, kind.parse({**TIER, "label": "Taken"}))
    crms.control.log.clear()
    assert 'changed in the account since the plan: hubspot Property "contacts.tier"' in refusal(folder, place, checksum)
    model = folder / "model" / "model.yaml"
    model.write_text(model.read_text().replace("label: Tier", "label: Class"))
    assert "the model or its configuration is not the one that was planned" in refusal(folder, place, checksum)
    assert crms.control.log.select(writes_only=True) == []
    assert len(list(runs.iterdir())) == begun
