"""Whatever a file of the model or of a stack holds: it loads, or every problem is the author's. Never a bug of ours.

`bench/mutated_files.py` tries as many as there is time.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from pathlib import Path

import hypothesis
import pytest

from revops_iac.config.stack_config import read_stack_config
from revops_iac.errors import AuthorError
from revops_iac.source.load import load
from tests.pulumi_project import CHECKOUT

STACKS = CHECKOUT / "stacks"
MODEL_FILES = sorted(path.name for path in (STACKS / "model").glob("*.yaml"))
TRIES = hypothesis.settings().max_examples // 8
"""Mutations per file: more with `--thorough`."""
TOKENS = (
    "\t", ":", " : ", "- ", "&a ", "*a", "!!python/object:x ", "{", "}", "[" * 200, "'", '"', "#", "\x00", "\x1b[2J",
    "\u202e", "\ud83d", "? ", "| ", "<<: ", "null", "1e400", "9" * 400, "2027-02-30", "no", "\r", "\ufeff",
    "%YAML 9.9\n", "---\n",
)  # fmt: skip


def mutated(text: str, chance: random.Random) -> bytes:
    """The text with one to three changes."""
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(text))
        line = text.rfind("\n", 0, place) + 1
        how = chance.randrange(5)
        if how == 0:
            text = text[:place] + chance.choice(TOKENS) + text[place:]
        elif how == 1:
            text = text[:line] + chance.choice(TOKENS) + text[line:]
        elif how == 2:
            text = text[:place] + text[min(len(text), place + chance.randint(1, 40)) :]
        elif how == 3:
            text = text[:line] + " " * chance.randint(1, 5) + text[line:]
        else:
            text = text[:line] + text[line:].partition("\n")[2]
        text = text or "x"
    encoded = text.encode("utf-8", errors="surrogatepass")
    return encoded.decode("latin-1").encode("utf-16") if chance.random() < 0.05 else encoded


def try_model_file(file: str, root: Path, seeds: Iterable[int]) -> None:
    """Loads the model with this file changed at random. Raises AssertionError with the seed that ends in a bug."""
    folder = root / "stacks"
    shutil.copytree(STACKS / "model", folder / "model")
    shutil.copytree(STACKS / "overlays", folder / "overlays")
    original = (STACKS / "model" / file).read_text(encoding="utf-8")
    for seed in seeds:
        changed = mutated(original, random.Random(f"{file} {seed}"))
        (folder / "model" / file).write_bytes(changed)
        try:
            load(folder, "dev")
        except AuthorError:
            continue
        except Exception as error:
            raise AssertionError(f"{file}, seed {seed}: {error!r}") from error


def try_stack_file(root: Path, seeds: Iterable[int]) -> None:
    """Reads stack config that is changed at random. Raises AssertionError with the seed that ends in a bug."""
    original = (STACKS / "Pulumi.prod.yaml").read_text(encoding="utf-8")
    for seed in seeds:
        (root / "Pulumi.prod.yaml").write_bytes(mutated(original, random.Random(seed)))
        try:
            read_stack_config(root, "prod").settings()
        except AuthorError:
            continue
        except Exception as error:
            raise AssertionError(f"stack config, seed {seed}: {error!r}") from error


@pytest.mark.parametrize("file", MODEL_FILES)
def test_any_model_file_loads_or_is_the_authors(file: str, tmp_path: Path) -> None:
    try_model_file(file, tmp_path, range(TRIES))


def test_any_stack_file_is_read_or_is_the_authors(tmp_path: Path) -> None:
    try_stack_file(tmp_path, range(200))
