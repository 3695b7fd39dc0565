"""What the end-to-end tests share: small stacks on fresh simulated accounts."""

from __future__ import annotations

from pathlib import Path

import pytest
from crm_simulators.server import RunningSimulators

from tests.end_to_end.small_stack import SmallStack, empty_project
from tests.pulumi_project import PulumiProject


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory, pulumi_cli: Path) -> PulumiProject:
    return empty_project(tmp_path_factory.mktemp("template"), pulumi_cli)


@pytest.fixture
def stack(tmp_path: Path, _template: PulumiProject, crms: RunningSimulators) -> SmallStack:
    """A stack of the test's own, for HubSpot until it is configured otherwise."""
    return SmallStack.made(_template, tmp_path, crms)


@pytest.fixture(scope="module")
def _module_stack(
    tmp_path_factory: pytest.TempPathFactory, _template: PulumiProject, _servers: RunningSimulators
) -> SmallStack:
    return SmallStack.made(_template, tmp_path_factory.mktemp("stack"), _servers)


@pytest.fixture
def refused_stack(_module_stack: SmallStack, crms: RunningSimulators) -> SmallStack:
    """A stack for tests that end before anything is written: they share its folder, never a model or an account."""
    for file in (_module_stack.project.stacks / "model").glob("*"):
        file.unlink()
    _module_stack.configure("hubspot")
    return _module_stack
