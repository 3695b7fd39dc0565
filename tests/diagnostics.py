"""What diagnostics say, as tests compare it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from revops_iac.diagnostics import Diagnostic, InputPath, ModelPath, render
from revops_iac.provider.kind import DesiredResource, Kind, LiveObject
from revops_iac.provider.session import Session


def texts(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """Each as people see it."""
    return [render(diagnostic) for diagnostic in diagnostics]


def keys_of(diagnostic: Diagnostic) -> tuple[str | int, ...]:
    """The path in the model or in the inputs that it is about."""
    assert isinstance(diagnostic.location, ModelPath | InputPath)
    return diagnostic.location.keys


def refusals(
    kind: Kind[Any, Any], session: Session[Any], desired: DesiredResource, live: LiveObject | None
) -> list[str]:
    """The preflight errors of a kind as the account resource shows them."""
    about = f'{session.system.label} {desired.kind} "{desired.name}"'
    return texts(found.about(about) for found in kind.preflight_errors(session, desired, live))
