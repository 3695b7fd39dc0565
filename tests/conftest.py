"""Fixtures for every ring of tests."""

import gc
import json
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import hypothesis
import pytest
from crm_simulators.server import RunningSimulators, running
from revops_hubspot.api import limiter
from xdist.remote import Producer

from revops_iac.provider.api import creations
from tests.connections import kept_connections
from tests.pulumi_project import PulumiProject
from tests.real_cli import CliGuard
from tests.scheduling import FilesAndFunctions, longest_first

# A time limit per example, or on making examples, fails on a busy machine and says nothing about the code.
NO_TIME_LIMITS = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("suite", NO_TIME_LIMITS, max_examples=25)
hypothesis.settings.register_profile("thorough", NO_TIME_LIMITS, max_examples=100)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--read-lag",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="let HubSpot's reads lag that long behind its writes in every test of providers",
    )
    parser.addoption(
        "--thorough",
        action="store_true",
        help="run four times the examples of each property-based test, and longer stories",
    )


# The garbage collector looks less often at what tests and their collection make: most of that is gone without it.
gc.set_threshold(20_000, 20, 20)


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.load_profile("thorough" if config.getoption("--thorough") else "suite")
    config.pluginmanager.register(CliGuard())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever starts the real CLI is marked, so that `script/test --quick` never does; long files come first."""
    for item in items:
        if "pulumi_cli" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.pulumi)
    items[:] = longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesAndFunctions | None:
    """Where `--dist loadfile` is asked for, some files are split all the same."""
    return FilesAndFunctions(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the garbage collector need not look at 300,000 objects again and again."""
    gc.freeze()


CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session", autouse=True)
def _calls_leave_at_once() -> Iterator[None]:
    """Within this process a creation waits for no others, and a search for no earlier one: tests of these say so."""
    with patch.object(creations, "WINDOW_S", 0.0), patch.object(limiter, "SEARCH_SPACING_S", 0.0):
        yield


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
    with running() as simulators, kept_connections(simulators):
        first = _every_start(simulators)
        yield simulators
        assert _every_start(simulators) == first, "a test changed in place what all fresh accounts share"


def _every_start(simulators: RunningSimulators) -> str:
    """What fresh accounts have in common, whenever they begin."""
    simulators.reset()
    return json.dumps([simulators.dump("hubspot"), simulators.dump("salesforce")["components"]])


@pytest.fixture
def crms(_servers: RunningSimulators) -> RunningSimulators:
    """Both simulated accounts, fresh; one pair of servers serves the whole run."""
    _servers.reset()
    return _servers
