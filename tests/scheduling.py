"""Which worker runs which tests, and in which order: a whole file each, the longest files first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from xdist.scheduler import LoadFileScheduling

LONGEST_FIRST = (
    "tests/end_to_end/test_whole_model.py",
    "tests/end_to_end/test_interrupted_run.py",
    "tests/end_to_end/test_calls_hubspot.py",
    "tests/end_to_end/test_removal.py",
    "tests/examples/test_sales_led_enterprise.py",
    "tests/end_to_end/test_calls_salesforce.py",
    "tests/end_to_end/test_unusable_account.py",
    "tests/end_to_end/test_changed_since_plan.py",
)
"""A long file that begins last would keep one worker busy while the others wait."""
LONG_WITHOUT_CLI = (
    "tests/providers/crm_simulators/test_thirty_days.py",
    "tests/docs/test_first_resource_type.py",
    "tests/providers/revops_hubspot/test_lossless_writes.py",
)
SPLIT = ("tests/providers/test_contract.py",)
"""Long files whose tests share nothing: their functions go to any worker."""


def longest_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The long files, then those that start the real CLI, then those that take long without it, then the others."""

    def rank(item: pytest.Item) -> int:
        file = item.nodeid.partition("::")[0]
        if file in LONGEST_FIRST:
            return LONGEST_FIRST.index(file)
        if item.get_closest_marker("pulumi"):
            return len(LONGEST_FIRST)
        return len(LONGEST_FIRST) + (1 if file in SPLIT or file in LONG_WITHOUT_CLI else 2)

    return sorted(items, key=rank)


class FilesAndFunctions(LoadFileScheduling):  # type: ignore[misc]  # xdist ships no types
    """Keeps a file on one worker, because its tests share what takes long to set up; splits those in `SPLIT`."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid.partition("[")[0] if file in SPLIT else file


def missing_files(root: Path) -> list[str]:
    """The files named here that are not there."""
    return [file for file in (*LONGEST_FIRST, *LONG_WITHOUT_CLI, *SPLIT) if not (root / file).exists()]
