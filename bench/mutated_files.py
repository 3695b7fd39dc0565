"""Reads files of the model, of stacks and of revops itself, changed at random until the time is over; prints each seed
that ends in a bug.

`python -m bench.mutated_files --minutes 10`, from the root of a checkout.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from bench.mutated_answers import seeds
from tests.revops_iac.source.test_mutated_files import MODEL_FILES, try_model_file, try_stack_file
from tests.revops_iac.state.test_mutated_records import KEPT, try_files

PER_FILE_S = 5.0
Try = Callable[[Path, Iterable[int]], None]
TRIES: tuple[Try, ...] = (
    try_stack_file,
    *(partial(try_model_file, file) for file in MODEL_FILES),
    *(partial(try_files, name) for name in KEPT),
)


def main() -> int:
    """The exit code: 1 when a bug was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    end, bugs = time.monotonic() + parser.parse_args().minutes * 60, 0
    while time.monotonic() < end:
        with tempfile.TemporaryDirectory() as folder:
            try:
                random.choice(TRIES)(Path(folder), seeds(time.monotonic() + PER_FILE_S))
            except AssertionError as error:
                bugs += 1
                print(error, flush=True)
    print(f"{bugs} bugs")
    return 1 if bugs else 0


if __name__ == "__main__":
    raise SystemExit(main())
