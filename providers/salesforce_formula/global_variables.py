"""The global variables of formulas and the types that they give [D: global variables]."""

from __future__ import annotations

from salesforce_formula.kinds import ANY, BOOLEAN, DATETIME, PICKLIST, TEXT

GLOBALS = {
    "$Action": ANY, "$Api": TEXT, "$Asset": ANY, "$Client": ANY, "$Credential": ANY, "$CustomMetadata": ANY,
    "$Flow": ANY, "$Label": TEXT, "$Network": ANY, "$ObjectType": ANY, "$Organization": ANY, "$Page": ANY,
    "$Permission": BOOLEAN, "$Profile": ANY, "$RecordType": ANY, "$Resource": TEXT, "$Setup": ANY, "$Site": ANY,
    "$SmartDataDiscovery": ANY, "$Source": ANY, "$System": ANY, "$Target": ANY, "$User": ANY, "$UserRole": ANY,
}  # fmt: skip
"""What each gives whatever stands behind its dot; ANY where that depends on it."""
GIVEN = {
    "$Organization.Name": TEXT, "$Profile.Name": TEXT, "$Profile.UserType": PICKLIST, "$RecordType.DeveloperName": TEXT,
    "$RecordType.Name": TEXT, "$System.OriginDateTime": DATETIME, "$User.Email": TEXT, "$User.IsActive": BOOLEAN,
    "$User.Username": TEXT, "$UserRole.DeveloperName": TEXT, "$UserRole.Name": TEXT,
}  # fmt: skip
"""The fields behind them that formulas name most; the id of each is a text too."""
_HEADS = {head.lower(): head for head in GLOBALS}
_GIVEN = {name.lower(): kind for name, kind in GIVEN.items()}


def head_of(name: str) -> str | None:
    """The global variable that a name begins with, as Salesforce spells it; None where there is no such variable.

    >>> head_of("$user.Email"), head_of("$Usr.Email"), head_of("Email")
    ('$User', None, None)
    """
    return _HEADS.get(name.partition(".")[0].lower())


def global_type(name: str) -> str | None:
    """The formula type of a global variable with what is behind its dot; None where there is no such variable.

    >>> global_type("$Profile.UserType"), global_type("$Setup.Limits__c.Seats__c"), global_type("$Usr.Email")
    ('Picklist', 'Any', None)
    """
    head, (_, _, rest) = head_of(name), name.partition(".")
    if head is None or (not rest and head != "$Flow"):
        return None
    return TEXT if rest.lower() == "id" else _GIVEN.get(name.lower(), GLOBALS[head])
