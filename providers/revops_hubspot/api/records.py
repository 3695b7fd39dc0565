"""Counts records through the CRM search: https://developers.hubspot.com/docs/api-reference/search/guide"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from revops_hubspot.api.client import HubSpotClient

Filter = dict[str, Any]
MAX_GROUPS = 5
MAX_FILTERS_PER_GROUP = 6
MAX_FILTERS = 18
"""What one search takes [D]."""
ONE = {"are": "is", "have": "has"}


def count(client: HubSpotClient, object_: str, groups: Sequence[Sequence[Filter]]) -> int:
    """How many records match all filters of at least one group; every record counts where there is no group."""
    body = {"filterGroups": [{"filters": list(filters)} for filters in groups], "limit": 1}
    return int(client.ask("objects", "/{object}/search", body, object=object_)["total"])


def counted(number: int, object_: str, verb: str) -> str:
    """The subject of a sentence on records; `verb` is `are` or `have`.

    >>> counted(1, "companies", "have"), counted(1200, "deals", "are")
    ('1 company has', '1,200 deals are')
    """
    if number != 1:
        return f"{number:,} {object_} {verb}"
    one = f"{object_.removesuffix('ies')}y" if object_.endswith("ies") else object_.removesuffix("s")
    return f"1 {one} {ONE[verb]}"
