"""What a provider's compiler answers: the vendor resources that a model asks for, or why it cannot hold them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from revops_iac.config.settings import Settings
from revops_iac.diagnostics import Diagnostic, model_error
from revops_iac.model.automation import Workflow
from revops_iac.provider.live_object import Definition, Reference

Path = tuple[str, ...]


@dataclass(frozen=True)
class Declaration:
    """One vendor resource that the model asks for.

    `key` is the Pulumi name `<vendor object>.<key>` without the prefix; `origin` the model path it comes from; `was`
    earlier Pulumi names; `vendor_name_given` whether the author pinned the vendor name. `suggestion` is the line that
    pins it, shown when a renamed key would otherwise change an immutable vendor name.
    """

    kind: str
    key: str
    inputs: Definition
    origin: Path
    was: tuple[str, ...] = ()
    vendor_name_given: bool = False
    suggestion: str = ""
    depends_on: tuple[Reference, ...] = field(default=())


class CannotCompile(Exception):
    """A provider cannot hold part of the model exactly; each diagnostic says which part, why, and what to write.

    `declared` is what it can hold, so that the problems of that are reported in the same run.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic], declared: Iterable[Declaration] = ()) -> None:
        self.diagnostics, self.declared = tuple(diagnostics), tuple(declared)
        super().__init__("; ".join(item.message for item in self.diagnostics))


def without_go_live(settings: Settings, key: str, workflow: Workflow) -> Iterator[Diagnostic]:
    """An error for an enabled workflow that would enroll no records, because the stack has no go-live date."""
    if workflow.enabled and not workflow.backfill and settings.go_live is None:
        message = "is enabled, but the stack has no go-live date, so it would enroll no records"
        fix = "set revops:goLive in the stack config, such as 2027-01-15, or set backfill: true"
        yield model_error(("automation", "workflows", key), message, fix)
