"""What script/setup leaves in `.tools`: a stable `bin/pulumi`, and for a CLI that we built, the folder it runs from."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from shlex import quote

WRAPPER = """#!/bin/sh
# Written by script/setup. Defaults for this checkout; what is set already stays.
export PULUMI_SKIP_UPDATE_CHECK="${{PULUMI_SKIP_UPDATE_CHECK:-1}}"
export PULUMI_HOME="${{PULUMI_HOME:-{home}}}"
export PATH={folder}:"$PATH"
exec {binary} "$@"
"""
LANGUAGE_HOST = """#!/bin/sh
# Written by script/setup: the engine looks for this name beside its own binary.
exec {python} -u {host} {executor} "$@"
"""


def write_if_changed(file: Path, text: str, mode: int = 0o644) -> None:
    """Write `text` in one step, so that a reader never sees half a file."""
    if file.exists() and file.read_text() == text and file.stat().st_mode & 0o777 == mode:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    partial.write_text(text)
    partial.chmod(mode)
    partial.replace(file)


def write_wrapper(tools: Path, binary: Path, venv_bin: Path) -> Path:
    """Write `.tools/bin/pulumi` and link it into the virtual environment, for `uv run pulumi` and activated shells."""
    text = WRAPPER.format(home=tools / "home", folder=quote(str(binary.parent)), binary=quote(str(binary)))
    file = tools / "bin" / "pulumi"
    write_if_changed(file, text, 0o755)
    link = venv_bin / "pulumi"
    if venv_bin.is_dir():
        with suppress(FileExistsError):
            link.symlink_to(os.path.relpath(file, venv_bin))
    return file


def link_built_cli(built: Path, folder: Path, python: Path, module: Path) -> Path:
    """Put the built files into `folder`, where the language host can lie beside the binary.

    Checkouts share the cache but not the language host, and the engine warns about a host that lies elsewhere [S].
    """
    folder.mkdir(parents=True, exist_ok=True)
    for source in built.iterdir():
        place(source, folder / source.name)
    write_language_host(folder, python, module)
    return folder / "pulumi"


def place(source: Path, target: Path) -> None:
    """Link `target` to the same file as `source`, or copy it where that is not possible (another file system)."""
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    partial.unlink(missing_ok=True)
    try:
        os.link(source, partial)
    except OSError:
        shutil.copy2(source, partial)
    # A rename between two names of one file is a no-op that leaves both, so the old name goes first.
    target.unlink(missing_ok=True)
    partial.rename(target)


def write_language_host(folder: Path, python: Path, module: Path) -> None:
    """Write the executable that starts the language host with the Python of this checkout."""
    text = LANGUAGE_HOST.format(
        python=quote(str(python)),
        host=quote(str(module / "start_language_host.py")),
        executor=quote(str(folder / "pulumi-language-python-exec")),
    )
    write_if_changed(folder / "pulumi-language-python", text, 0o755)
