"""The rules as a Pulumi policy pack: `run` for a pack of them alone, `RevOpsPack` for a company's own beside them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from pulumi_policy import Policy

from revops_iac.diagnostics import Diagnostic, Position
from revops_iac.errors import AuthorError
from revops_policies.analyzer import Analyzer, serve
from revops_policies.book import settings
from revops_policies.rule import Level

NAME = "revops"
CONFIG_FILE = "config.json"
SHAPE = 'write it as {"all": "mandatory", "engagement-decays": {"level": "advisory"}}'


class RevOpsPack:
    """The rules as a policy pack, in a company's own `policies/__main__.py`. It serves until the engine ends it.

        RevOpsPack(all="mandatory", rules={"engagement-decays": {"level": "advisory"}}, policies=[our_own])

    `all` is the level of every rule that `rules` does not name; `rules` gives levels and parameters; `policies` are
    the company's own, made with `pulumi_policy`. `--policy-pack-config` wins over both. A mistake in them ends the
    process with a message.
    """

    def __init__(
        self,
        all: Level | None = None,
        rules: Mapping[str, Level | Mapping[str, Any]] | None = None,
        policies: Sequence[Policy] = (),
        name: str = NAME,
    ) -> None:
        try:
            chosen = settings({**(rules or {}), **({"all": all} if all is not None else {})})
        except AuthorError as error:
            _refuse(error)
        serve(Analyzer(name, chosen, policies))


def run(folder: Path) -> None:
    """Serves the pack. `config.json` in `folder`, the pack's own, sets levels; `--policy-pack-config` wins over it."""
    try:
        config = read_config(folder / CONFIG_FILE)
    except AuthorError as error:
        _refuse(error)
    RevOpsPack(rules=config)


def _refuse(error: AuthorError) -> NoReturn:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)


def read_config(path: Path) -> Mapping[str, Any]:
    """The pack's configuration, empty when the file is absent. Raises AuthorError when it is not a JSON object."""
    if not path.exists():
        return {}
    if not path.is_file():
        raise AuthorError(Diagnostic(str(path), "is not a regular file", SHAPE))
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        fix = "check the path and its permissions"
        raise AuthorError(Diagnostic(str(path), f"cannot be read: {error.strerror}", fix)) from None
    except json.JSONDecodeError as error:
        invalid = Diagnostic(path.name, "is not valid JSON", SHAPE)
        raise AuthorError(invalid.at(Position(str(path), error.lineno, error.colno))) from None
    except (ValueError, RecursionError):
        raise AuthorError(Diagnostic(str(path), "is not valid JSON", SHAPE)) from None
    if not isinstance(config, dict):
        raise AuthorError(Diagnostic(str(path), "must be a JSON object", SHAPE))
    return config
