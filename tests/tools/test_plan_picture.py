"""The picture of a plan shows what was printed, without URNs."""

from __future__ import annotations

from tools.plan_picture import draw


def test_picture_holds_the_lines_and_leaves_urns_out() -> None:
    picture = draw("\x1b[33m~ label: one => two\x1b[0m\n    [urn=urn:pulumi:dev::x]\n")
    assert "label:" in picture.replace("&#160;", " ")
    assert "urn:pulumi" not in picture
