"""The HTML site and the PDF files: whole in themselves, and no name in them can be more than a name."""

from __future__ import annotations

import builtins
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from revops_iac.commands.cli import main
from revops_iac.documents.forms.markdown import markdown
from revops_iac.documents.forms.site import site
from revops_iac.documents.forms.typst import pdf, typst_source
from revops_iac.documents.library import documents
from revops_iac.documents.process import Process
from revops_iac.documents.stamp import Stamp
from revops_iac.documents.tree import Document, Step, Steps
from revops_iac.model import Model
from revops_iac.source.load import load

ROOT = Path(__file__).resolve().parents[3]
STACKS = ROOT / "stacks"
STAMP = Stamp("Company", "prod", "abc", "2026-11-28", "..")
REMOTE = replace(STAMP, remote="https://github.com/company/process/blob/abc")
HOSTILE = '"]) #panic("read") </dd><script>alert(1)</script> $x$ \\ `y` <img src=x onerror=alert(1)> \u202e\n= Heading'


@cache
def made(hostile: bool = False) -> list[Document]:
    one = load(STACKS, "prod")
    if hostile:
        plain = one.model.model_dump(mode="json", by_alias=True, exclude_unset=True)
        plain["context"]["company"] = HOSTILE
        plain["deal_desk"]["standard"]["approvals"]["manager"]["label"] = HOSTILE
        plain["data_hygiene"]["fields"]["deal"]["acv"]["label"] = HOSTILE
        plain["people"]["persons"]["paul_weber"]["name"] = HOSTILE
        plain["lifecycle"]["stages"]["mql"]["label"] = HOSTILE
        one = replace(one, model=Model.model_validate({**plain, "raw_sections": {}}))
    return documents(Process("prod", one, (), ()))


class Page(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids, self.links, self.attributes = list[str](), list[str](), set[str]()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        named = dict(attrs)
        self.attributes |= named.keys()
        self.ids += [str(named["id"])] if "id" in named else []
        self.links += [str(named[name]) for name in ("href", "src") if name in named]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_every_link_of_the_site_leads_to_one_place_on_it_or_to_the_repository() -> None:
    page = Page(site(made(), REMOTE))
    inside = {link[1:] for link in page.links if link.startswith("#")}
    outside = {link for link in page.links if not link.startswith("#")}
    assert len(set(page.ids)) == len(page.ids)
    assert inside <= set(page.ids)
    assert all(re.fullmatch(re.escape(REMOTE.remote) + r"/stacks/[\w./]+#L\d+", link) for link in outside)
    assert {document.slug for document in made()} <= inside


def test_the_site_asks_for_nothing_from_anywhere() -> None:
    text = site(made(), STAMP)
    page = Page(text)
    assert not {"link", "img", "iframe", "object", "embed", "audio", "video", "base", "form"} & page.tags.keys()
    assert page.tags["script"] == page.tags["style"] == 1
    assert all(link.startswith("#") for link in page.links)
    assert "default-src 'none'" in text
    assert not re.search(r"url\((?!#)|@import|fetch\(|XMLHttpRequest|http-equiv=\"refresh\"", text)


def test_every_table_and_picture_of_the_site_is_named() -> None:
    page = Page(site(made(), STAMP))
    assert page.tags["table"] == page.tags["caption"] > 20
    assert page.tags["svg"] == page.tags["desc"] == page.tags["figcaption"] > 8


def test_hostile_names_stay_text_on_the_site() -> None:
    before, after = Page(site(made(), STAMP)), Page(site(made(hostile=True), STAMP))
    named = {"tspan", "text", "path", "rect", "polygon"}  # a longer label takes more lines
    assert {tag: count for tag, count in after.tags.items() if tag not in named} == {
        tag: count for tag, count in before.tags.items() if tag not in named
    }
    assert after.attributes == before.attributes
    assert "<script>alert(1)</script>" in after.text


def test_hostile_names_stay_text_in_pdf() -> None:
    desk = next(document for document in made(hostile=True) if document.slug == "deal-desk")
    source = typst_source(desk, STAMP)
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', '""', source)
    assert "panic" not in outside
    assert "script" not in outside
    assert pdf(desk, STAMP).startswith(b"%PDF-")


def test_what_belongs_to_the_tenth_step_is_indented_below_its_number() -> None:
    steps = Steps(tuple(Step(f"Step {number}", "Setup > Home", ("Do it",), "It is done") for number in range(1, 11)))
    text = markdown(Document("guide", "Guide", "What to do.", ("admin",), "", (steps,)), STAMP)
    assert "\n9. **Step 9**: Setup > Home\n   1. Do it\n   2. Check: It is done\n" in text
    assert "\n10. **Step 10**: Setup > Home\n    1. Do it\n    2. Check: It is done\n" in text


def test_a_pdf_of_every_document_is_made() -> None:
    for document in made():
        assert pdf(document, REMOTE).startswith(b"%PDF-"), document.slug


def test_pdf_without_the_extra_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = builtins.__import__

    def without_typst(name: str, *arguments: Any) -> Any:
        if name == "typst":
            raise ModuleNotFoundError("No module named 'typst'", name="typst")
        return real(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", without_typst)
    folder = str(ROOT / "examples" / "product_led" / "stacks")
    with pytest.raises(SystemExit) as ended:
        main(["docs", str(tmp_path), "--format", "pdf", "--folder", folder, "--stack", "prod"])
    assert ended.value.code == 1
    assert capsys.readouterr().err == (
        'revops docs --format pdf needs the package "typst", which is not installed\n'
        '    fix: pip install "revops-iac[documents]"\n'
    )
