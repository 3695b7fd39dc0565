"""`revops explain`: why a record stands where it stands, from a file or from the accounts of a stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from revops_iac.analysis.comparison import Disagreement, disagreements
from revops_iac.analysis.evaluation import Evaluation, evaluate
from revops_iac.analysis.explained import document
from revops_iac.analysis.live import Accounts, merged, record_of
from revops_iac.analysis.records import read_records, rows_of
from revops_iac.analysis.what_if import what_if
from revops_iac.diagnostics import escaped
from revops_iac.documents.forms.markdown import markdown
from revops_iac.documents.forms.plain import plain_text
from revops_iac.documents.process import Process
from revops_iac.documents.stamp import stamp_of
from revops_iac.errors import AuthorError
from revops_iac.provider.inspection.records import RecordObject
from revops_iac.stack_context import StackContext

NAMES = ("contact.email", "deal.name", "contact.last_name")


@dataclass(frozen=True)
class Explained:
    """The explanation of one record."""

    title: str
    evaluation: Evaluation
    apart: tuple[Disagreement, ...] = ()
    unread: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Explanations:
    """The explanations of all records that were asked for."""

    process: Process
    context: StackContext
    found: tuple[Explained, ...]

    def render(self) -> str:
        return "\n\n".join(plain_text(self._document(one)) for one in self.found)

    def markdown(self) -> str:
        """The same as Markdown, with links to the model from the project's root."""
        model, files = self.process.model, self.context.loaded.files
        root = self.context.folder.resolve().parent
        stamp = stamp_of(root, files, root, model.context.company or "", self.process.environment)
        return "\n".join(markdown(self._document(one), stamp) for one in self.found)

    def as_json(self) -> list[dict[str, Any]]:
        """The same for scripts."""
        return [_plain({"record": one.title, **asdict(one)}) for one in self.found]

    def _document(self, one: Explained) -> Any:
        return document(self.process, one.title, one.evaluation, one.apart, one.unread)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items() if key != "title"}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, datetime | date) else value


def explain(
    context: StackContext,
    record: str,
    object_name: RecordObject = "contact",
    changes: Sequence[str] = (),
    at: datetime | None = None,
) -> Explanations:
    """Explain the records of a JSON or CSV file, or the one with an e-mail address or id in the accounts.

    `at` judges them at another moment, with the values that they had then where the account keeps a history.
    Raises AuthorError, DiagnosticsError and AccountError.
    """
    process = _changed(context, changes)
    moment, path = at or datetime.now(UTC), Path(record)
    if path.suffix.lower() in (".json", ".csv"):
        return _of_rows(context, process, read_records(path, process), moment)
    return Explanations(process, context, (explain_live(Accounts(context, process), record, object_name, moment, at),))


def explain_fields(context: StackContext, fields: Mapping[str, Any], changes: Sequence[str] = ()) -> Explanations:
    """Explain a record given as fields. Raises AuthorError and DiagnosticsError."""
    process = _changed(context, changes)
    return _of_rows(context, process, rows_of(fields, process), datetime.now(UTC))


def moment_of(text: str) -> datetime:
    """A moment such as 2026-11-28 or 2026-11-28T14:30+01:00, in UTC if it names no zone. Raises AuthorError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise AuthorError(f'--at "{escaped(text)}" is not a moment', "write 2026-11-28T14:30 or 2026-11-28") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _changed(context: StackContext, changes: Sequence[str]) -> Process:
    loaded = context.loaded
    model = what_if(loaded.model, changes) if changes else loaded.model
    return Process(context.stack, replace(loaded, model=model), context.planned, list(context.systems.values()))


def _of_rows(
    context: StackContext, process: Process, rows: Sequence[Mapping[str, Any]], moment: datetime
) -> Explanations:
    found = [Explained(_title(row, at), evaluate(process.model, row, moment)) for at, row in enumerate(rows, 1)]
    return Explanations(process, context, tuple(found))


def _title(record: Mapping[str, Any], at: int) -> str:
    return next((str(record[name]) for name in NAMES if record.get(name)), f"record {at}")


def explain_live(
    accounts: Accounts, who: str, object_name: RecordObject, now: datetime, at: datetime | None = None
) -> Explained:
    """Explain the record with this e-mail address or id. Raises AuthorError where no account has it."""
    process, live = accounts.process, accounts.read(object_name, who, at)
    if not live:
        why = "; ".join(f"{name}: {text}" for name, text in accounts.unread.items())
        message = f'no account of the stack has a {object_name} "{who}"{f" ({why})" if why else ""}'
        raise AuthorError(message, "pass an e-mail address, a record id, or a .json or .csv file")
    record = merged(process, {name: record_of(process, one) for name, one in live.items()})
    evaluation = evaluate(process.model, record, now)
    apart = tuple(disagreements(process, live, now, evaluation, accounts.off))
    shown = ", ".join(f"{name} {one.shown}" for name, one in live.items())
    return Explained(f"{who} ({shown})", evaluation, apart, dict(accounts.unread))
