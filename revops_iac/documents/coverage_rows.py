"""Every row of the revenue process: what each system must say about, once, in its coverage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files

import yaml

from revops_iac.provider.coverage import Row


@dataclass(frozen=True)
class ProcessRow:
    """One thing that the revenue process asks for: its id, the topic it belongs to and its sentence."""

    id: str
    topic: str
    sentence: str


FILE = "coverage_rows.yaml"


def _rows() -> Iterator[ProcessRow]:
    by_topic = yaml.safe_load((files(__package__) / FILE).read_text(encoding="utf-8"))
    for topic, rows in by_topic.items():
        yield from (ProcessRow(row, topic, sentence) for row, sentence in rows.items())


PROCESS_ROWS = tuple(_rows())
"""All rows, topic by topic, in the order of the process."""


def coverage_faults(rows: Iterable[Row]) -> list[str]:
    """What is wrong with the coverage of one system, as sentences: rows absent, unknown, twice, or planned for nothing.

    >>> coverage_faults([])[0]
    'row "principle-source-of-truth" is absent'
    """
    given = list(rows)
    count = {row.id: sum(item.row == row.id for item in given) for row in PROCESS_ROWS}
    absent = [f'row "{id}" is absent' for id, times in count.items() if times == 0]
    twice = [f'row "{id}" is there {times} times' for id, times in count.items() if times > 1]
    unknown = [f'"{item.row}" is not a row of the process' for item in given if item.row not in count]
    vague = [f'row "{item.row}" says nothing about how' for item in given if not item.how]
    waiting = [item.row for item in given if item.status == "planned" and not item.kind]
    kindless = [f'row "{row}" is planned, but names no kind' for row in waiting]
    return [*absent, *twice, *unknown, *vague, *kindless]
