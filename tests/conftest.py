"""Fixtures for every ring of tests."""

from pathlib import Path

import pytest

from tests.pulumi_project import PulumiProject

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def pulumi_cli() -> Path:
    """The CLI that script/setup provides."""
    cli = CHECKOUT / ".tools" / "bin" / "pulumi"
    if not cli.exists():
        pytest.fail(f"there is no Pulumi CLI at {cli.relative_to(CHECKOUT)}: run script/setup first")
    return cli


@pytest.fixture
def checkout_project(tmp_path: Path, pulumi_cli: Path) -> PulumiProject:
    """This project's own Pulumi.yaml, stacks and policies, copied to a folder of the test's own."""
    return PulumiProject.of_checkout(tmp_path, pulumi_cli, CHECKOUT)
