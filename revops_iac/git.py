"""What git answers of the repository around a folder."""

from __future__ import annotations

import subprocess
from pathlib import Path

TIMEOUT_S = 60


def output(folder: Path, *arguments: str) -> bytes | None:
    """What a command of git prints; None where it fails, and where there is no git."""
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, timeout=TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def text(folder: Path, *arguments: str) -> str:
    """The same as text, without the line break at its end; empty where it fails."""
    return (output(folder, *arguments) or b"").decode(errors="replace").strip()
