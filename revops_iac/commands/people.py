"""The people of a model, as the accounts know them."""

from __future__ import annotations

from pathlib import Path

from revops_iac.config.stack_config import stacks_of
from revops_iac.errors import AuthorError
from revops_iac.stack_context import StackContext


def logins_of(folder: Path) -> list[str]:
    """The logins of all people on the managed systems, in every stack of the folder, each once.

    Raises AuthorError and DiagnosticsError when a stack or the model cannot be read.
    """
    stacks = stacks_of(folder)
    if not stacks:
        raise AuthorError(
            f"{folder} has no Pulumi.<stack>.yaml", "name the folder that holds model/ and the stack files"
        )
    models = [StackContext.load(folder, stack).model for stack in stacks]
    found = (
        model.people.identity(person, system)
        for model in models
        for system in model.context.systems.managed
        for person in model.people.persons
    )
    return list(dict.fromkeys(found))
