"""README, CONTRIBUTING, docs and examples are true: their links, commands, keys, paths and YAML exist and load."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest
import typer.main
import yaml

from revops_iac.commands.check import check_stack
from revops_iac.commands.cli import app
from revops_iac.compile import compile_model
from revops_iac.config.settings import REVOPS_KEYS, Settings
from revops_iac.diagnostics import render
from revops_iac.source.load import Loaded, load
from tests.starter import write_starter
from tests.test_layers import ARROWS, LAYERS

ROOT = Path(__file__).resolve().parents[2]
Tree = dict[str, Any]
README_WORDS = 900
GENERATED = ("<!-- Written by script/docs", "<!-- Written by revops docs")
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:^|[\s`(])revops ([a-z][a-z-]*)([^`#|&;\n]*)")
OPTION = re.compile(r"(?<=\s)(--?[A-Za-z][\w-]*)")
CONFIG_KEY = re.compile(r"\b(revops|hubspot|salesforce):([a-z]\w*)\b")
VARIABLE = re.compile(r"\b((?:HUBSPOT|SALESFORCE)_[A-Z][A-Z_]*[A-Z])\b")
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?")
DOTTED = re.compile(r"(?:revops_\w+|crm_simulators|salesforce_formula)(?:\.\w+)+")
PLACEHOLDER = re.compile(r"NAME")
RUNTIME = ("stacks/.revops", "stacks/.venv")
"""Made while the tool runs, or a link that only an environment completes."""


def pages() -> list[Path]:
    """Everything that a person reads in this repository, generated references included."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    return [*found, *(ROOT / "examples").glob("*/README.md")]


def written_pages() -> list[Path]:
    """The pages that people write."""
    return [page for page in pages() if not page.read_text(encoding="utf-8").startswith(GENERATED)]


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


each_page = pytest.mark.parametrize("page", pages(), ids=named)
each_written_page = pytest.mark.parametrize("page", written_pages(), ids=named)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def code_of(page: Path) -> list[str]:
    """Every code span and every line of a fenced block that is not YAML, JSON or Python."""
    text = text_of(page)
    fenced = [line for found in FENCE.finditer(text) if not found[2] for line in found[3].splitlines()]
    return [*fenced, *INLINE.findall(FENCE.sub("", text))]


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors that GitHub gives the headings of a page, and the lines of any other file."""
    if page.suffix != ".md":
        return frozenset(f"L{number}" for number, _ in enumerate(text_of(page).splitlines(), 1))
    found: list[str] = []
    for heading in re.findall(r"^#+ (.+)$", FENCE.sub("", text_of(page)), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        found.append(slug if slug not in found else f"{slug}-{found.count(slug)}")
    return frozenset(found)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository that the README creates."""
    return write_starter(tmp_path_factory.mktemp("docs") / "acme")


def test_readme_is_short() -> None:
    assert len(text_of(ROOT / "README.md").split()) <= README_WORDS


@each_page
def test_every_link_and_anchor_resolves(page: Path) -> None:
    broken = []
    for target in LINK.findall(FENCE.sub("", text_of(page))):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)
    assert broken == []


def test_every_page_is_linked_from_the_index() -> None:
    index, process = ROOT / "docs" / "README.md", ROOT / "docs" / "process" / "index.md"
    linked = {
        (one.parent / target.partition("#")[0]).resolve()
        for one in (index, process)
        for target in LINK.findall(text_of(one))
    }
    assert [named(page) for page in (ROOT / "docs").rglob("*.md") if page != index and page not in linked] == []


@cache
def commands() -> dict[str, set[str]]:
    """Every command of `revops` and its options, as its help shows them."""
    group = typer.main.get_command(app)
    found = {}
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        parameters = [one for part in (command, *getattr(command, "commands", {}).values()) for one in part.params]
        options = {option for parameter in parameters for option in parameter.opts if option.startswith("-")}
        found[name] = options | {"--help", "-h"}
    return found


@each_written_page
def test_every_command_and_option_exists(page: Path) -> None:
    known = commands()
    unknown = []
    for line in code_of(page):
        for command, rest in COMMAND.findall(line):
            missing = [option for option in OPTION.findall(rest) if option not in known.get(command, ())]
            unknown += [f"revops {command} {option}" for option in missing]
            unknown += [] if command in known else [f"revops {command}"]
    assert unknown == []


@each_written_page
def test_every_module_that_is_run_exists(page: Path) -> None:
    modules = [module for line in code_of(page) for module in re.findall(r"\bpython -m ([\w.]+)", line)]
    assert [module for module in modules if find_spec(module) is None] == []


@cache
def sources() -> str:
    """The code of engine and providers as one text."""
    folders = [ROOT / "revops_iac", ROOT / "providers"]
    return "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in sorted(folder.rglob("*.py")))


@cache
def provider_keys() -> set[str]:
    """The stack config keys that the providers read."""
    from revops_salesforce.api.credentials import NAMES

    quoted = re.findall(r'"((?:hubspot|salesforce):[a-z]\w*)"', sources())
    return {*quoted, *(f"salesforce:{key}" for key in NAMES)}


def known_keys() -> set[str]:
    return {*(f"revops:{key}" for key in REVOPS_KEYS), *provider_keys()}


@each_written_page
def test_every_stack_config_key_exists(page: Path) -> None:
    found = {f"{system}:{key}" for system, key in CONFIG_KEY.findall(text_of(page)) if key != "model"}
    assert found <= known_keys()


def test_every_stack_config_key_is_in_the_guide() -> None:
    guide = text_of(ROOT / "docs" / "guides" / "stack-configuration.md")
    assert sorted(key for key in known_keys() if f"`{key}`" not in guide) == []


@each_written_page
def test_every_environment_variable_is_read_somewhere(page: Path) -> None:
    variables = sorted(set(VARIABLE.findall(text_of(page))))
    assert [name for name in variables if f'"{name.removesuffix("_FILE")}"' not in sources()] == []


@each_written_page
def test_every_path_exists(page: Path, company: Path) -> None:
    """A path begins with a folder of this repository; it may also be one of a company's repository."""
    roots = (ROOT, company, page.parent)
    folders = {path.name for root in (ROOT, company) for path in root.iterdir() if path.is_dir()}
    folders -= {".venv", ".tools", ".git"}
    spans = INLINE.findall(FENCE.sub("", text_of(page)))
    paths = [word for span in spans for word in span.split() if PATH.fullmatch(word) and not PLACEHOLDER.search(word)]
    ours = [path for path in paths if path.split("/")[0] in folders and not path.startswith(RUNTIME)]
    assert [path for path in ours if not any((root / path).exists() for root in roots)] == []


CONTRIBUTING = [page for page in written_pages() if page.parent.name == "contributing"]
each_contributing_page = pytest.mark.parametrize("page", CONTRIBUTING, ids=named)


@each_contributing_page
def test_every_python_file_exists(page: Path) -> None:
    """Modules may be named from the engine or from a provider: `plan/preflight.py`, `api/client.py`."""
    roots = (ROOT, ROOT / "revops_iac", *(ROOT / "providers").iterdir())
    words = re.findall(r"[\w./-]+\.py\b", FENCE.sub("", text_of(page)))
    assert [word for word in words if not any((root / word).is_file() for root in roots)] == []


@each_contributing_page
def test_every_dotted_name_exists(page: Path) -> None:
    names = [span for span in INLINE.findall(text_of(page)) if DOTTED.fullmatch(span)]
    assert [name for name in names if not exists(name)] == []


def test_architecture_shows_the_allowed_imports() -> None:
    text = text_of(ROOT / "docs" / "contributing" / "architecture.md")
    for package, allowed in ARROWS.items():
        cell = ", ".join(f"`{name}`" for name in allowed.split())
        assert " ".join(f"| `{package}` | {cell} |".split()) in text
    depth = {unit: at for at, line in enumerate(LAYERS["revops_iac"].strip().splitlines()) for unit in line.split()}
    rows = re.findall(r"^\| `revops_iac/(\w+)", text, re.MULTILINE)
    assert rows == sorted(rows, key=lambda unit: depth[unit])
    assert {path.name for path in (ROOT / "revops_iac").iterdir() if (path / "__init__.py").exists()} <= set(rows)


def exists(name: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    if find_spec(name.partition(".")[0]) is None:
        return False
    try:
        resolve_name(name)
    except (AttributeError, ImportError):
        return False
    return True


def yaml_blocks() -> Iterator[tuple[str, str]]:
    for page in written_pages():
        if page.parent.name in ("guides", ROOT.name):
            for number, found in enumerate(FENCE.finditer(text_of(page)), 1):
                if found[2] == "yaml":
                    yield f"{named(page)} {number}", re.sub(rf"^{found[1]}", "", found[3], flags=re.MULTILINE)


def overlaid(text: str, folder: Path) -> Loaded:
    """The reference model with an overlay, which may change what is there and refer to it."""
    (folder / "model").symlink_to(ROOT / "stacks" / "model")
    (folder / "overlays").mkdir()
    (folder / "overlays" / "docs.yaml").write_text(text, encoding="utf-8")
    return load(folder, "docs")


@pytest.mark.parametrize("block", [block for _, block in yaml_blocks()], ids=[name for name, _ in yaml_blocks()])
def test_every_yaml_example_loads(block: str, tmp_path: Path) -> None:
    assert overlaid(block, tmp_path).overlaid


def together() -> list[Tree]:
    """The examples in few overlays: two that give the same thing another value come into different ones."""
    overlays: list[Tree] = []
    for _, block in yaml_blocks():
        example = yaml.safe_load(block)
        both = (joined(overlay, example) for overlay in overlays)
        at, overlay = next(((n, one) for n, one in enumerate(both) if one is not None), (len(overlays), example))
        overlays[at : at + 1] = [overlay]
    return overlays


def joined(one: Tree, other: Tree) -> Tree | None:
    """Both as one, or nothing where they differ about a value."""
    found = {**one, **other}
    for key in one.keys() & other.keys():
        parts = (one[key], other[key])
        both = joined(*parts) if all(isinstance(part, dict) for part in parts) else None
        if both is None:
            return None
        found[key] = both
    return found


@pytest.mark.parametrize("overlay", together(), ids=lambda overlay: " ".join(overlay))
def test_yaml_examples_compile(overlay: Tree, tmp_path: Path) -> None:
    """A compilation of the whole model takes long, so examples that are apart in it share one."""
    loaded = overlaid(yaml.safe_dump(overlay, sort_keys=False), tmp_path)
    assert compile_model(loaded, Settings("docs", go_live=date(2026, 12, 1)))


def readme_block(language: str, containing: str) -> str:
    blocks = [found[3] for found in FENCE.finditer(text_of(ROOT / "README.md")) if found[2] == language]
    return next(block for block in blocks if containing in block)


def test_the_change_in_the_readme_fits_the_starter(company: Path) -> None:
    diff = readme_block("diff", "scoring.yaml").splitlines()[1:]
    starter = (company / "stacks" / "model" / "scoring.yaml").read_text(encoding="utf-8")
    before = "\n".join(line[1:] for line in diff if not line.startswith("+"))
    after = "\n".join(line[1:] for line in diff if not line.startswith("-"))
    assert before in starter
    assert after not in starter


def test_the_refusal_in_the_readme_is_what_the_rule_says(company: Path, tmp_path: Path) -> None:
    copy = tmp_path / "acme"
    shutil.copytree(company, copy, symlinks=True)
    scoring = copy / "stacks" / "model" / "scoring.yaml"
    text = scoring.read_text(encoding="utf-8")
    scoring.write_text(re.sub(r"^    negative:\n(?:      .*\n)+", "", text, flags=re.MULTILINE), encoding="utf-8")
    (violation,) = check_stack(copy / "stacks", "dev", copy / "policies").violations
    shown = render(replace(violation, code=None, why=None))
    assert readme_block("", "there are no negative signals") == f"{shown}\n"
