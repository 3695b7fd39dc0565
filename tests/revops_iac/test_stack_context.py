"""A stack is loaded once, and only as far as it is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from revops_iac.errors import AuthorError, DiagnosticsError
from revops_iac.stack_context import StackContext

MODEL = """
context:
  currency: EUR
  systems: {managed: [hubspot], source_of_truth: hubspot}
hubspot:
  PropertyGroup:
    contacts.revenue: {object: contacts, name: revenue, label: Revenue}
"""


def stack(folder: Path, config: str, model: str | None = MODEL) -> StackContext:
    for name in ("model", "overlays"):
        (folder / name).mkdir()
    (folder / "overlays" / "dev.yaml").write_text("{}\n", encoding="utf-8")
    (folder / "Pulumi.dev.yaml").write_text(config, encoding="utf-8")
    if model is not None:
        (folder / "model" / "context.yaml").write_text(model, encoding="utf-8")
    return StackContext.load(folder, "dev")


def test_configuration_is_read_without_the_model(tmp_path: Path) -> None:
    context = stack(tmp_path, "config: {revops:maxEnroll: 5}\n", model=None)
    assert context.settings.max_enroll == 5
    with pytest.raises(DiagnosticsError, match="holds no YAML file"):
        _ = context.planned


def test_model_is_compiled_once(tmp_path: Path) -> None:
    context = stack(tmp_path, 'config: {"hubspot:portalId": "48"}\n')
    assert list(context.systems) == ["hubspot"]
    assert [item.name for item in context.desired("hubspot")] == ["contacts.revenue"]
    assert context.planned is context.planned
    assert context.account_id(context.systems["hubspot"]) == "48"


def test_id_of_an_account_is_checked_when_configuration_is_read(tmp_path: Path) -> None:
    with pytest.raises(AuthorError) as refused:
        stack(tmp_path, 'config:\n  hubspot:portalId: " 48 "\n')
    assert str(refused.value) == (
        f"{tmp_path}/Pulumi.dev.yaml:2:3  "
        'stack config: "hubspot:portalId" is " 48 ", it must be a portal id: digits only\n'
        "    fix: pulumi config set hubspot:portalId ID, the number in the address of the portal"
    )


def test_system_that_the_stack_does_not_manage_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AuthorError, match='stack "dev" does not manage "salesforce"\n    fix: one of hubspot'):
        stack(tmp_path, "config: {}\n").chosen_systems("salesforce")
