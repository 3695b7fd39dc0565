"""Everything that is wrong with a model in one run: form, references, compilation and rules.

What is wrong in one place must not hide what is wrong in another. So the model is compiled and judged without the
entries that have a mistake, and what may come from their absence alone waits until they are fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from revops_iac.compile import Planned, compile_partly
from revops_iac.diagnostics import Diagnostic, ModelPath, Severity
from revops_iac.errors import DiagnosticsError
from revops_iac.model.references import Path
from revops_iac.source.left_out import LeftOut
from revops_iac.source.load import IncompleteModel, Loaded
from revops_iac.stack_context import StackContext

Judge = Callable[[Loaded, Sequence[Planned]], Iterable[tuple[Diagnostic, set[str]]]]
"""The violations of the rules, each with the topics that its rule read."""
ENTRY = 2
"""Keys from the top of the model to an entry: a topic and its key."""


def read_whole(context: StackContext, judge: Judge = lambda loaded, planned: ()) -> tuple[Loaded, Sequence[Planned]]:
    """The model of a stack and what it compiles to. Raises DiagnosticsError with all that is wrong, the rules included.

    `judge` gives the violations of rules; they are asked for only where the model or its compilation is wrong.
    """
    try:
        loaded, problems, left_out = context.loaded, list[Diagnostic](), LeftOut()
    except IncompleteModel as error:
        if error.rest is None:
            raise
        loaded, problems, left_out = error.rest, list(error.diagnostics), error.left_out
    try:
        planned, errors = compile_partly(loaded, context.settings)
    except DiagnosticsError as error:  # the stack names what the model then lacks
        raise DiagnosticsError(problems or error.diagnostics) from None
    found = [one for one in errors if not left_out.hides(one, _place(one, loaded))]
    if not problems and not errors:
        return loaded, planned
    uncompiled = LeftOut([place for one in errors if (place := _place(one, loaded)[:ENTRY])])
    for one, read in judge(loaded, planned):
        place = _place(one, loaded)
        held_back = read & left_out.settings or left_out.hides(one, place, topic=True) or uncompiled.hides(one, place)
        if one.severity is Severity.ERROR and not held_back:
            found.append(_placed(one, loaded))
    raise DiagnosticsError([*problems, *found])


def _place(diagnostic: Diagnostic, loaded: Loaded) -> Path:
    """The path of the model that a diagnostic is about."""
    if isinstance(diagnostic.location, ModelPath):
        return tuple(diagnostic.location.keys)
    return loaded.path_at(diagnostic.position) if diagnostic.position else ()


def _placed(diagnostic: Diagnostic, loaded: Loaded) -> Diagnostic:
    at = diagnostic.location
    return diagnostic.at(loaded.position_of(at.keys)) if isinstance(at, ModelPath) else diagnostic
