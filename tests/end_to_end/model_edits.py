"""Edits of a project's model, as an author makes them: over all files of the model and the overlays at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.pulumi_project import PulumiProject


def model_files(project: PulumiProject) -> list[Path]:
    """Every YAML file of the model and of its overlays."""
    return sorted((*project.stacks.glob("model/*.yaml"), *project.stacks.glob("overlays/*.yaml")))


@contextmanager
def edited(project: PulumiProject) -> Iterator[None]:
    """What the block does to the model is undone after it."""
    before = {file: file.read_text(encoding="utf-8") for file in model_files(project)}
    try:
        yield
    finally:
        for file in model_files(project):
            if file not in before:
                file.unlink()
        for file, text in before.items():
            file.write_text(text, encoding="utf-8")


def change(project: PulumiProject, *changes: Callable[[dict[str, Any]], None]) -> None:
    """Lets each change work on the document of each file; a change leaves alone what it does not find."""
    for file in model_files(project):
        document = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        for work in changes:
            work(document)
        file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")


def renamed(path: str, new: str, **beside: Any) -> Callable[[dict[str, Any]], None]:
    """Gives the entry at a dotted path another key and puts `beside` into it; its place among the others stays."""
    *above, old = path.split(".")

    def work(document: dict[str, Any]) -> None:
        parent = _at(document, above)
        if not isinstance(parent, dict) or old not in parent:
            return
        entries = [(new, _with(entry, beside)) if key == old else (key, entry) for key, entry in parent.items()]
        parent.clear()
        parent.update(entries)

    return work


def written(path: str, **beside: Any) -> Callable[[dict[str, Any]], None]:
    """Puts keys beside what the entry at a dotted path says already."""

    def work(document: dict[str, Any]) -> None:
        entry = _at(document, path.split("."))
        if isinstance(entry, dict):
            entry.update(beside)

    return work


def referring(old: str, new: str) -> Callable[[dict[str, Any]], None]:
    """Writes `new` wherever a text names `old` as a word of its own."""
    word = re.compile(rf"(?<![\w.]){re.escape(old)}(?!\w)")

    def replaced(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: replaced(value) for key, value in node.items()}
        if isinstance(node, list):
            return [replaced(item) for item in node]
        return word.sub(new, node) if isinstance(node, str) else node

    def work(document: dict[str, Any]) -> None:
        for key, value in document.items():
            document[key] = replaced(value)

    return work


def _at(document: Any, path: list[str]) -> Any:
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _with(entry: Any, beside: dict[str, Any]) -> Any:
    return {**entry, **beside} if isinstance(entry, dict) else entry
