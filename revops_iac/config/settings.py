"""Stack configuration: the keys that exist, and how they are read by the program and by a provider process."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from revops_iac.diagnostics import Diagnostic
from revops_iac.errors import AuthorError

REVOPS_KEYS = (
    "environment",
    "systems",
    "production",
    "allowDataLoss",
    "allowDelete",
    "goLive",
    "maxEnroll",
    "requireValidation",
    "features",
    "allowPlainHttp",
    "showHints",
    "maxDeletePercent",
    "maxUpdatePercent",
)
DEFAULT_MAX_ENROLL = 0
DEFAULT_MAX_PERCENT = 30
"""The share of a kind that one plan may delete, or change, without being asked twice; octoDNS has the same."""


class SettingError(AuthorError):
    """The value of one key of stack config has the wrong form."""

    def __init__(self, key: str, value: Any, must: str, fix: str) -> None:
        super().__init__(Diagnostic("stack config", f'"{key}" is "{value}", it must be {must}', fix))
        self.key = key


@dataclass(frozen=True)
class Settings:
    """What a stack allows. Read from `revops:*` keys; see docs/guides/stack-configuration.md.

    `allow_data_loss` and `allow_delete` hold names as the refusals print them, such as `contacts.old_score`. Outside
    production `allow_delete` takes patterns too: `workflows.*` for every one of a kind, `contacts.Old *` by name.
    `max_enroll` is a number of records; `go_live` is the date from which automations enroll. With `require_validation`
    only what `revops validate` tried on the account may be applied. `features` names what the subscriptions of the
    accounts have beyond the usual, in the words of the providers, such as `hubspot.stage_approvals`. Hosts other than
    this machine are called without TLS only when `plain_http_hosts` names them. With `show_hints` a preview also warns
    of what most real accounts have without harm. `revops plan` refuses a plan that deletes more than
    `max_delete_percent` of a kind, or changes more than `max_update_percent`.
    """

    environment: str
    systems: tuple[str, ...] | None = None
    production: bool = False
    allow_data_loss: frozenset[str] = frozenset()
    allow_delete: frozenset[str] = frozenset()
    go_live: date | None = None
    max_enroll: int = DEFAULT_MAX_ENROLL
    require_validation: bool = False
    features: frozenset[str] = frozenset()
    plain_http_hosts: frozenset[str] = frozenset()
    show_hints: bool = False
    max_delete_percent: int = DEFAULT_MAX_PERCENT
    max_update_percent: int = DEFAULT_MAX_PERCENT

    def may_delete(self, kind: str, names: Iterable[str]) -> bool:
        """Whether an automation that was enabled once may go: by one of its names, or by a pattern.

        >>> Settings("dev", allow_delete=frozenset({"workflows.*"})).may_delete("Workflow", ["contacts.Old one"])
        True
        """
        plural = f"{re.sub(r'(?<=.)(?=[A-Z])', '_', kind).lower()}s"
        called = {name for one in names for name in (one, f"{plural}.{one}")}
        if called & self.allow_delete:
            return True
        patterns = [] if self.production else [entry for entry in self.allow_delete if "*" in entry]
        return any(fnmatchcase(name, pattern) for pattern in patterns for name in called)


def read_settings(get: Callable[[str], Any], stack: str) -> Settings:
    """Reads the settings through `get("revops:key")`, which returns text, a parsed value or None.

    Raises SettingError on a value of the wrong form.
    """
    production = _flag(get("revops:production"), "revops:production")
    return Settings(
        environment=_text(get("revops:environment"), "revops:environment") or stack,
        systems=_names(get("revops:systems"), "revops:systems"),
        production=production,
        allow_data_loss=frozenset(_names(get("revops:allowDataLoss"), "revops:allowDataLoss") or ()),
        allow_delete=_deletable(get("revops:allowDelete"), production),
        go_live=_date(get("revops:goLive")),
        max_enroll=_count(get("revops:maxEnroll")),
        require_validation=_flag(get("revops:requireValidation"), "revops:requireValidation"),
        features=frozenset(_names(get("revops:features"), "revops:features") or ()),
        plain_http_hosts=plain_http_hosts(get),
        show_hints=_flag(get("revops:showHints"), "revops:showHints"),
        max_delete_percent=_percent(get, "revops:maxDeletePercent"),
        max_update_percent=_percent(get, "revops:maxUpdatePercent"),
    )


def plain_http_hosts(get: Callable[[str], Any]) -> frozenset[str]:
    """The hosts that may be called without TLS. Raises SettingError on a value of the wrong form."""
    return frozenset(_names(get("revops:allowPlainHttp"), "revops:allowPlainHttp") or ())


def unknown_keys(config: Mapping[str, Any]) -> list[str]:
    """The `revops:` keys of a stack that do not exist, so that a typing mistake is not silently without effect."""
    return sorted(k for k in config if k.startswith("revops:") and k.removeprefix("revops:") not in REVOPS_KEYS)


def _names(value: Any, key: str) -> tuple[str, ...] | None:
    if value is None or value == "":
        return None
    names = _listed(value) if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(item, str) for item in names):
        raise SettingError(key, value, "a list of names", f"{key}: [name, name]")
    return tuple(names)


def _listed(text: str) -> Any:
    if not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",")]
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _text(value: Any, key: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise SettingError(key, value, "one name", f"{key}: name")
    return value


def _deletable(value: Any, production: bool) -> frozenset[str]:
    names = _names(value, "revops:allowDelete") or ()
    for name in names:
        if production and "*" in name:
            fix = "name each automation that may go, as its refusal prints it"
            raise SettingError("revops:allowDelete", name, "a name in production, not a pattern", fix)
    return frozenset(names)


def _flag(value: Any, key: str) -> bool:
    if value is None or value in ("", False, "false"):
        return False
    if value in (True, "true"):
        return True
    raise SettingError(key, value, "true or false", f"{key}: true")


def _date(value: Any) -> date | None:
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise SettingError("revops:goLive", value, "a date", "revops:goLive: 2027-01-15") from None


def _percent(get: Callable[[str], Any], key: str) -> int:
    value = get(key)
    if value in (None, ""):
        return DEFAULT_MAX_PERCENT
    percent = int(value) if str(value).isdecimal() else -1
    if not 0 <= percent <= 100:
        raise SettingError(key, value, "a whole number from 0 to 100", f"{key}: {DEFAULT_MAX_PERCENT}")
    return percent


def _count(value: Any) -> int:
    if value in (None, ""):
        return DEFAULT_MAX_ENROLL
    try:
        count = int(value)
    except (TypeError, ValueError):
        count = -1
    if count < 0:
        raise SettingError("revops:maxEnroll", value, "a number of records", "revops:maxEnroll: 100")
    return count
