"""How revops-iac came onto this machine, so that a new repository installs the same one.

Installers record it in `direct_url.json`: https://packaging.python.org/en/latest/specifications/direct-url/ (PEP 610).
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from revops_iac.errors import AuthorError

NAME = "revops-iac"
WHEELS = "wheels"
"""The folder of a repository that holds a wheel which no index has."""


@dataclass(frozen=True)
class Installation:
    """What `pyproject.toml` says: the requirement, and uv's source of it where that is not the index.

    `wheel` is a file to copy into the repository; `checkout` is a folder to build one from.
    """

    requirement: str
    source: str = ""
    wheel: Path | None = None
    checkout: Path | None = None

    def placed_in(self, folder: Path) -> Installation:
        """The installation once its wheel lies in the repository. Raises AuthorError when none can be built."""
        wheel = _built(self.checkout) if self.checkout else self.wheel
        if wheel is None:
            return self
        target = folder / WHEELS / wheel.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(wheel, target)
        return Installation(NAME, f'{{ path = "{WHEELS}/{wheel.name}" }}')


def installation(found: Distribution | None = None) -> Installation:
    """How the distribution was installed, by default this one: index, wheel, path, URL or Git."""
    chosen = found or distribution(NAME)
    text = chosen.read_text("direct_url.json")
    return _recorded(json.loads(text)) if text else Installation(f"{NAME}>={chosen.version}")


def _recorded(origin: dict[str, Any]) -> Installation:
    url = str(origin["url"])
    if (vcs := origin.get("vcs_info")) is not None:
        below = f', subdirectory = "{origin["subdirectory"]}"' if origin.get("subdirectory") else ""
        return Installation(NAME, f'{{ git = "{url}", rev = "{vcs["commit_id"]}"{below} }}')
    parts = urlsplit(url)
    if parts.scheme != "file":
        return Installation(NAME, f'{{ url = "{url}" }}')
    path = Path(url2pathname(unquote(parts.path)))
    return Installation(NAME, checkout=path) if "dir_info" in origin else Installation(NAME, wheel=path)


def _built(checkout: Path) -> Path:
    """A wheel of a checkout: a path on this machine would mean nothing on another."""
    uv = shutil.which("uv") or checkout / ".tools" / "bin" / "uv"
    folder = checkout / "dist"
    try:
        ran = subprocess.run(
            [uv, "build", "--quiet", "--wheel", "--out-dir", folder, checkout],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        raise AuthorError(
            f"{NAME} is installed from the checkout {checkout}, and there is no uv to build a wheel of it",
            "install uv (https://docs.astral.sh/uv), or install revops-iac from an index or a wheel",
        ) from None
    wheels = sorted(folder.glob("*.whl"), key=lambda wheel: wheel.stat().st_mtime)
    if ran.returncode or not wheels:
        last = (ran.stderr.strip().splitlines() or ["no message"])[-1]
        raise AuthorError(
            f"uv build of the checkout {checkout} failed: {last}", "correct the checkout, or install a wheel"
        )
    return wheels[-1]
