"""Fixtures for every ring of tests."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from crm_simulators.server import RunningSimulators, running

from tests.pulumi_project import PulumiProject

# A time limit per example fails on a busy machine and says nothing about the code.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--read-lag",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="let HubSpot's reads lag that long behind its writes in every test of providers",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever starts the real CLI is marked, so that `script/test --quick` never does."""
    for item in items:
        if "pulumi_cli" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.pulumi)


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


@pytest.fixture(scope="session")
def _servers() -> Iterator[RunningSimulators]:
    with running() as simulators:
        yield simulators


@pytest.fixture
def crms(_servers: RunningSimulators) -> RunningSimulators:
    """Both simulated accounts, fresh; one pair of servers serves the whole run."""
    _servers.reset()
    return _servers
