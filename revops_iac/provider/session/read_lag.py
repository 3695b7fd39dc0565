"""Waiting until an account's reads show what was written a moment ago, so that none of it is taken for gone or changed.

The wait never exceeds the vendor's lag: what still reads otherwise then is believed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from revops_iac.progress import tell
from revops_iac.provider.session.stores import Written

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 8.0


def wait_for(
    writes: Sequence[Written],
    lag_s: float,
    shows: Callable[[Written], bool],
    read_again: Callable[[], None],
    label: str,
) -> None:
    """Returns when every write shows, or when the youngest is older than `lag_s`.

    Raises what `shows` raises; `read_again` makes its next answer a fresh one.
    """
    now = time.time()
    patience_s = min(lag_s, max((write.at + lag_s - now for write in writes), default=0.0))
    waited_s, pause_s = 0.0, FIRST_PAUSE_S
    while waited_s < patience_s and (late := [write for write in writes if not shows(write)]):
        if not waited_s:
            first = f"{late[0].kind} {late[0].name}"
            tell(f"{label}: {first} does not show the latest write of this stack yet; waiting up to {patience_s:.0f} s")
        time.sleep(pause_s)
        waited_s, pause_s = waited_s + pause_s, min(pause_s * 2, LONGEST_PAUSE_S)
        read_again()
