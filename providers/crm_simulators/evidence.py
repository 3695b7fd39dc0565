"""Evidence files, written by probes of a live account, and the switches that they set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from crm_simulators.control import ControlProblem, Switches

FORMAT = 1


def read_evidence(path: Path) -> dict[str, Any]:
    """The document of a YAML or JSON file. Raises ControlProblem when it is not valid."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ControlProblem(f"evidence {path}: {problem.strerror}") from problem
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise ControlProblem(f"evidence {path}: it is not valid YAML") from problem
    if not isinstance(document, dict):
        raise ControlProblem(f"evidence {path}: it must be a document with format and switches")
    return document


def settle(switches: Switches, document: dict[str, Any]) -> None:
    """Set every switch that the document decides, for the whole run: a reset restores these values.

    Raises ControlProblem, before anything is set, on another format and on names and values that are not known.
    """
    if document.get("format") != FORMAT:
        raise ControlProblem(f'evidence: "format" was {document.get("format")!r}; it must be {FORMAT}')
    decided = document.get("switches")
    if not isinstance(decided, dict):
        raise ControlProblem('evidence: "switches" must be a map of names and values')
    switches.settle(decided)
