"""A stack as it would be with other files, read from a copy."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from revops_iac.adoption.yaml.files import put
from revops_iac.source.context_file import PATHS
from revops_iac.stack_context import StackContext


def with_texts(context: StackContext, texts: Mapping[Path, str], compiles: bool = True) -> StackContext:
    """The stack with these texts in the place of files, by path. Raises DiagnosticsError where it does not load, or
    with `compiles` not compile."""
    folder = context.folder.resolve()
    with tempfile.TemporaryDirectory(prefix="revops-edited-") as scratch:
        copy = Path(scratch) / folder.name
        for name in ("model", "overlays"):
            if (folder / name).is_dir():
                shutil.copytree(folder / name, copy / name)
        documents = [name for name in PATHS if (folder.parent / name).is_file()]
        for name in documents:
            put(copy.parent / name, (folder.parent / name).read_text(encoding="utf-8", errors="replace"))
        for path, text in texts.items():
            put(copy.parent / path.relative_to(folder.parent), text)
        read = StackContext(copy, context.config, context.settings)
        assert (read.planned if compiles else read.loaded) is not None, "all is read before the copy goes"
    made = replace(read, folder=folder)
    made.__dict__.update({key: value for key, value in read.__dict__.items() if key != "folder"})
    return made
