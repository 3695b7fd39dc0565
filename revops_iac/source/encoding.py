"""The bytes of a file as text: UTF-8, with or without a byte order mark; any other encoding is an error."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_LE

from revops_iac.diagnostics import Diagnostic, Position

FIX = "save the file as UTF-8"
WINDOWS = "Windows-1252"
"""What editors on Windows write without being asked; its letters are those of Latin-1."""


def decoded(data: bytes, shown_as: str, subject: str) -> tuple[str, list[Diagnostic]]:
    """The text, or why there is none, at the first character that is something else."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or _is_wide(data):
        found = "UTF-32" if data.startswith(BOM_UTF32_LE) else "UTF-16"
        return "", [Diagnostic(subject, f"is {found}, not UTF-8", FIX, location=Position(shown_as, 1, 1))]
    try:
        return data.decode("utf-8").removeprefix("\ufeff"), []
    except UnicodeDecodeError as error:
        return "", [_not_utf8(data, error.start, shown_as, subject)]


def _is_wide(data: bytes) -> bool:
    """Two bytes for each character, of which one is nearly always zero: UTF-16 without its mark."""
    zeros = max(data[0::2].count(0), data[1::2].count(0))
    return zeros > len(data) / 4


def _not_utf8(data: bytes, start: int, shown_as: str, subject: str) -> Diagnostic:
    """Names the byte where it stands, and the letter that it is on Windows, if any."""
    before = data[:start].decode("utf-8").removeprefix("\ufeff")
    letter = data[start : start + 1].decode("cp1252", errors="ignore")
    guess = f', as "{letter}" is in {WINDOWS}' if letter.strip() else ""
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    message = f"is not UTF-8: it holds the byte 0x{data[start]:02X}{guess}"
    return Diagnostic(subject, message, FIX, location=Position(shown_as, line, column))
