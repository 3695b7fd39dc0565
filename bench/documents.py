"""How long the documents of a large model take in each form: `python -m bench.documents`.

300 stages, 2,000 fields and 200 routing rules must be written within ten seconds of one processor. No CRM takes so many
stages, so what the reference model compiles to stands for what is applied.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from revops_iac.compile import compile_model
from revops_iac.config.settings import Settings
from revops_iac.documents.forms.markdown import markdown
from revops_iac.documents.forms.site import site
from revops_iac.documents.forms.typst import pdf
from revops_iac.documents.library import documents
from revops_iac.documents.process import Process
from revops_iac.documents.stamp import Stamp
from revops_iac.source.load import load
from revops_iac.systems import installed_systems
from tests.revops_iac.documents.test_library import STACKS, large_model

T = TypeVar("T")
SETTINGS = Settings("prod", go_live=date(2026, 12, 1))
LIMIT_S = 10.0
STAMP = Stamp("Company", "prod", "abc", "2026-11-28", "..")


def main() -> int:
    """Prints the seconds of each form; 1 when one takes longer than the limit."""
    loaded, planned = large_model(), compile_model(load(STACKS, "prod"), SETTINGS)
    process = Process("prod", loaded, planned, tuple(installed_systems().values()))
    making, made = timed(lambda: documents(process))
    forms: dict[str, Callable[[], object]] = {
        "markdown": lambda: [markdown(one, STAMP) for one in made],
        "html": lambda: site(made, STAMP),
        "pdf": lambda: [pdf(one, STAMP) for one in made],
    }
    print(f"{len(made)} documents: {making:.1f} s of CPU before any form")
    seconds = {form: timed(write)[0] + making for form, write in forms.items()}
    for form, total in seconds.items():
        print(f"{form}: {total:.1f} s of CPU, limit {LIMIT_S:g} s")
    return int(max(seconds.values()) > LIMIT_S)


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """The seconds of CPU that something takes, and what it answers."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


if __name__ == "__main__":
    sys.exit(main())
