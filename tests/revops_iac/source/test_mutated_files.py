"""Whatever a file of the model or of a stack holds: it loads, or every problem is the author's. Never a bug of ours."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from revops_iac.config.stack_config import read_stack_config
from revops_iac.errors import AuthorError
from revops_iac.source.load import load
from tests.pulumi_project import CHECKOUT

STACKS = CHECKOUT / "stacks"
TRIES = 6
"""Mutations per file."""
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


@pytest.mark.parametrize("file", sorted(path.name for path in (STACKS / "model").glob("*.yaml")))
def test_any_model_file_loads_or_is_the_authors(file: str, tmp_path: Path) -> None:
    folder = tmp_path / "stacks"
    shutil.copytree(STACKS / "model", folder / "model")
    shutil.copytree(STACKS / "overlays", folder / "overlays")
    original = (STACKS / "model" / file).read_text(encoding="utf-8")
    for seed in range(TRIES):
        changed = mutated(original, random.Random(f"{file} {seed}"))
        (folder / "model" / file).write_bytes(changed)
        try:
            load(folder, "dev")
        except AuthorError:
            continue
        except Exception as error:
            raise AssertionError(f"{file}, seed {seed}: {error!r}") from error


def test_any_stack_file_is_read_or_is_the_authors(tmp_path: Path) -> None:
    original = (STACKS / "Pulumi.prod.yaml").read_text(encoding="utf-8")
    for seed in range(200):
        (tmp_path / "Pulumi.prod.yaml").write_bytes(mutated(original, random.Random(seed)))
        try:
            read_stack_config(tmp_path, "prod").settings()
        except AuthorError:
            continue
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error!r}") from error
