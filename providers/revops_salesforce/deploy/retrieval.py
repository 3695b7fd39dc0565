"""Retrieves what no call reads: components whose XML lies beside a file, such as classes, triggers, pages and bundles.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_retrieve.htm
"""

from __future__ import annotations

import base64
import io
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vendor_facts import Row

from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.errors import Refusal, account_error

META = "-meta.xml"
BESIDE = frozenset({"content", "bundle"})
"""Forms of types whose XML lies beside a file of another language, as `-meta.xml`."""
AT_ONCE = 200
"""Components of one retrieve: 10,000 files and 39 MB are the most [D: salesforce_app_limits_platform_metadata]."""
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 5.0
GIVE_UP_S = 30 * 60


def files_of(client: SalesforceClient, row: Row, names: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The files of each component of a type by their paths: a text as its lines, else what it holds as base64.

    Raises AccountError.
    """
    for start in range(0, len(names), AT_ONCE):
        found: dict[str, dict[str, Any]] = {}
        for path, content in sorted(_retrieved(client, row["type"], names[start : start + AT_ONCE]).items()):
            if (name := _component(row, path)) is not None:
                found.setdefault(name, {})[path] = _readable(content)
        yield from sorted(found.items())


def _retrieved(client: SalesforceClient, type_name: str, names: Sequence[str]) -> Mapping[str, bytes]:
    operation, identifier = f"SOAP retrieve {type_name}", client.retrieve(type_name, names)
    waited, pause = 0.0, FIRST_WAIT_S
    while not (result := client.retrieval(identifier)).done:
        if waited > GIVE_UP_S:
            text = f"retrieve {identifier} is not done after {GIVE_UP_S // 60} minutes"
            raise account_error(Refusal(None, "TIMEOUT", text), operation)
        time.sleep(pause)
        waited, pause = waited + pause, min(LONGEST_WAIT_S, pause * 1.5)
    if not result.success:
        raise account_error(Refusal(None, str(result.errorStatusCode), str(result.errorMessage)), operation)
    with zipfile.ZipFile(io.BytesIO(result.zipFile)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def _component(row: Row, path: str) -> str | None:
    """The name of the component that a file belongs to; None for the manifest and for folders."""
    directory, _, below = path.partition("/")
    if directory != row["folder"]:
        return None
    if row["form"] == "bundle":
        return below.partition("/")[0] if "/" in below else None
    if row["in_folder"] and "/" not in below:
        return None
    name = below.removesuffix(META)
    return name.removesuffix(f".{row['suffix']}") if row["suffix"] else name


def _readable(content: bytes) -> Any:
    try:
        return content.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}
