"""Real components adopted, changed in one input and written: how many of each kind keep all the rest as it was.

`python -m bench.lossless_writes DIR ...`, folders of Salesforce source such as `force-app`; nothing of them is kept.
A component is declared as adoption writes it. What a kind would send to the org is compared with the file element by
element, in order. What packages made is left out, as adoption leaves it out.
"""

from __future__ import annotations

import argparse
import io
import re
import threading
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import unified_diff
from pathlib import Path
from typing import Any

from lxml import etree
from revops_salesforce.api.components import Body, to_message
from revops_salesforce.api.versions import DEPLOY
from revops_salesforce.source import TYPES_READ, SourceFolder
from revops_salesforce.source.client import FolderClient
from revops_salesforce.source.files import Components, take_folder

from revops_iac.adoption.yaml.tidy import Inexpressible, entry_of
from revops_iac.config.settings import read_settings
from revops_iac.errors import RevopsError
from revops_iac.provider.session import Session
from revops_iac.state.stores import stores_in_files
from revops_iac.systems import system_named
from tests.providers.revops_salesforce.test_lossless_writes import CASES, CHANGED, Case
from tests.providers.revops_salesforce.verbatim_org import Element

Key = tuple[str, str]
"""Type and full name."""
KEPT, LOST, NOT_DECLARED, REFUSED, ABSENT = "kept", "lost", "not declared", "refused", "absent"
OF_VERSIONS = {"Flow": {"status"}, "ApprovalProcess": {"active"}}
"""What a write of a new version sets by itself."""
SHARED = "BusinessHoursSettings"
"""The type that holds all entries of two kinds."""
BOUND = re.compile(r"WHERE (\w+) = '(.*)'$")


class Documents(Components):
    """Also the components of a folder as their files have them."""

    def __init__(self) -> None:
        super().__init__(TYPES_READ)
        self.elements: dict[Key, tuple[Element, ...]] = {}

    def take(self, place: str, type_name: str, name: str, node: etree._Element) -> None:
        if name not in self.by_type.get(type_name, {}):
            self.elements[type_name, name] = _without_name(Element.of(node))
        super().take(place, type_name, name, node)


class WrittenFolder(FolderClient):
    """A folder that is written to: `written` is what each call would bring the org, of a type or of several."""

    version = "67.0"

    def __init__(self, components: Mapping[str, Mapping[str, Body]]) -> None:
        super().__init__(components)
        self.writes_allowed = True
        self.changing_containers = threading.RLock()
        self.written: list[tuple[str, tuple[Element, ...]]] = []

    def update_component(self, type_name: str, body: Body) -> None:
        """Takes what one updateMetadata would send."""
        node = etree.fromstring(to_message(body, type_name))
        self.written.append((type_name, _without_name(Element.of(node))))

    def send(self, method: str, path: str, *_: Any, **parts: Any) -> dict[str, str]:
        """Takes the components of a deployment, where it is one."""
        if path == DEPLOY:
            with zipfile.ZipFile(io.BytesIO(parts["files"]["file"][1])) as archive:
                files = [archive.read(name) for name in archive.namelist() if "/" in name]
            for one in map(etree.fromstring, reversed(files)):  # the version that is made comes first
                self.written.append((etree.QName(one).localname, _without_name(Element.of(one))))
        return {"id": "0Af"}

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Every deployment has succeeded."""
        return {"deployResult": {"done": True, "success": True, "status": "Succeeded"}}

    def query(self, soql: str, *, tooling: bool = False) -> list[dict[str, Any]]:
        """Also the rows of one flow."""
        found = BOUND.search(soql)
        rows = super().query(soql[: found.start()].strip() if found else soql, tooling=tooling)
        return [row for row in rows if found is None or row[found[1]] == found[2]]


@dataclass
class Tally:
    """How many components of each kind ended how, and what was lost of which."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    notes: list[str] = field(default_factory=list)


def main() -> None:
    """Prints what each write lost, and how many components of each kind kept everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    tally = Tally()
    for folder in parser.parse_args().folders:
        written(folder, tally)
        print(f"{folder}: {sum(counts.total() for counts in tally.counts.values()):,} so far", flush=True)
    print("\n".join(tally.notes))
    total = Counter[str]()
    for kind, counts in sorted(tally.counts.items()):
        total += counts
        print(f"{kind}: {_said(counts)}")
    print(f"all: {_said(total)}")


def _said(counts: Counter[str]) -> str:
    judged = counts[KEPT] + counts[LOST]
    others = ", ".join(f"{counts[one]:,} {one}" for one in (NOT_DECLARED, REFUSED))
    return f"{counts[KEPT]:,} of {judged:,} kept ({counts[KEPT] / max(judged, 1):.2%}), {others}"


def written(folder: Path, tally: Tally) -> None:
    """Writes each component of a folder by itself."""
    found = Documents()
    take_folder(found, folder)
    client = WrittenFolder(found.by_type)
    system = replace(system_named("salesforce"), account=SourceFolder(client, found.left_over))
    for case in CASES:
        kind = system.kinds[case.kind]
        session = _session(system)
        for name in sorted({one for part in kind.partitions(client) for one in session.names(kind, part)}):
            if not kind.made_by(name, None):
                what, note = _outcome(session, kind, case, name, found.elements)
                tally.counts[case.kind][what] += what != ABSENT
                if note:
                    tally.notes.append(f"{what}: {folder} {case.kind} {name}: {note}")


def _session(system: Any) -> Session[Any]:
    config = {"salesforce:organizationId": system.account.id_name}.get
    session: Session[Any] = Session(system, config, read_settings(config, "bench"), stores_in_files(system))
    session.open()
    session.allow_writes()
    return session


def _outcome(
    session: Session[Any], kind: Any, case: Case, name: str, before: Mapping[Key, tuple[Element, ...]]
) -> tuple[str, str]:
    session.client.written.clear()
    try:
        live = session.find(kind, name)
        if live is None:
            return ABSENT, ""
        entry = {**entry_of(kind, live), **kind.identity_of(name)}
        entry[case.input] = _other(case, live.definition.get(case.input))
        kind.update(session, live, kind.parse(entry))
    except Inexpressible as error:
        return NOT_DECLARED, str(error)
    except RevopsError as error:
        return REFUSED, error.diagnostic.sentence
    key = (kind.component_type, case.holder or name)
    sent = [elements for type_name, elements in session.client.written if type_name in (key[0], SHARED)]
    difference = _difference(before[key], sent[-1], case)
    return (LOST, difference) if difference else (KEPT, "")


def _other(case: Case, now: Any) -> Any:
    """Another value than the present one."""
    if case.changed is CHANGED or now != case.changed:
        return case.changed
    return not now if isinstance(now, bool) else CHANGED


def _difference(before: tuple[Element, ...], after: tuple[Element, ...], case: Case) -> str:
    """What differs beside the changed element, as lines of a comparison."""
    changes = unified_diff([*_lines(before, case)], [*_lines(after, case)], lineterm="", n=0)
    return " | ".join(line for line in changes if not line.startswith(("---", "+++", "@@")))[:400]


def _lines(elements: tuple[Element, ...], case: Case, path: str = "") -> Iterator[str]:
    for one in elements:
        own = f"{path}.{one.name}".removeprefix(".")
        if own != case.element and (path or one.name not in OF_VERSIONS.get(case.kind, ())):
            yield f"{own}{[*one.attributes] or ''}: {_text(one.text) if not one.children else ''}"
            yield from _lines(one.children, case, own)


def _text(text: str) -> str:
    """Numbers by value; line ends as XML reads them."""
    stripped = text.strip()
    return f"{float(stripped):g}" if re.fullmatch(r"-?\d+\.\d+(E\d+)?", stripped) else stripped


def _without_name(element: Element) -> tuple[Element, ...]:
    return tuple(one for one in element.children if one.name != "fullName")


if __name__ == "__main__":
    main()
