"""What a formula names: custom fields and custom permissions, so that they exist before it is saved."""

from __future__ import annotations

import re
from collections.abc import Iterator

from revops_iac.kind import Reference

_TEXT_OR_COMMENT = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|/\*.*?\*/", re.DOTALL)
_PERMISSION = re.compile(r"\$Permission\.(\w+)", re.IGNORECASE)
_PATH = re.compile(r"(?<![\w.$])(?:\$Record(?:__Prior)?\.)?((?:\w+\.)*)(\w+__c)\b")


def references_in(formula: str, object_: str) -> Iterator[Reference]:
    """Everything that a formula on `object_` names and that can be a resource.

    A path through a relationship names the field on the object that is called as the relationship, as for all standard
    ones but Owner and the like; names that the program does not declare are ignored anyway.

    >>> formula = 'AND(Tier__c = "A__c", Account.Size__c > 5, NOT($Permission.Bypass))'
    >>> [reference.name for reference in references_in(formula, "Lead")]
    ['Bypass', 'Lead.Tier__c', 'Account.Size__c']
    """
    code = _TEXT_OR_COMMENT.sub(" ", formula)
    for name in dict.fromkeys(_PERMISSION.findall(code)):
        yield Reference("CustomPermission", name)
    for path, field in dict.fromkeys(_PATH.findall(code)):
        owner = path.rstrip(".").rpartition(".")[2] or object_
        yield Reference("CustomField", f"{owner}.{field}")
