"""The rules of documents: names, kinds, quotas, and what bytes are."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain import documents, media
from domain.documents import DocumentKind, Quota
from domain.refusals import Findings
from domain.timeline import Visibility
from tests import papers


def reasons(findings: Findings) -> tuple[str, ...]:
    return findings.reasons


@given(some.text(max_size=300))
def test_a_name_that_is_taken_names_a_file_and_no_folder(text: str) -> None:
    findings = Findings()
    name = documents.name(text, findings)
    if not findings:
        assert name.strip(".")
        assert 1 <= len(name) <= 200
        assert not set(name) & set("/\\\x00\n\r\u202e\u2066")
        again = Findings()
        assert (documents.name(name, again), bool(again)) == (name, False)


@given(some.text(max_size=60), some.text(max_size=60))
def test_names_that_differ_in_capitals_only_stand_side_by_side(one: str, other: str) -> None:
    assert documents.sort_name(one.upper()) == documents.sort_name(one.upper().lower())
    assert (documents.sort_name(one) == documents.sort_name(other)) or one != other


@pytest.mark.parametrize("kind", DocumentKind)
def test_no_clinical_kind_can_be_general(kind: DocumentKind) -> None:
    findings = Findings()
    found = documents.visibility(kind, Visibility.GENERAL, findings)
    if kind in documents.EITHER:
        assert (found, bool(findings)) == (Visibility.GENERAL, False)
    else:
        assert (found, reasons(findings)) == (
            Visibility.CLINICAL, (f"must be CLINICAL for a document of the kind {kind}",)
        )  # fmt: skip
    assert documents.visibility(kind, Visibility.CLINICAL, Findings()) is Visibility.CLINICAL


def test_only_insurance_is_general_by_itself() -> None:
    general = {kind for kind in DocumentKind if documents.visibility(kind, None, Findings()) is Visibility.GENERAL}
    assert general == {DocumentKind.INSURANCE}


@given(some.integers(-5, 300), some.integers(0, 300), some.integers(1, 200), some.integers(1, 200))
def test_a_quota_lets_in_what_fits_and_nothing_else(size: int, kept: int, document: int, practice: int) -> None:
    findings = Findings()
    Quota(document, practice).check(size, kept, findings)
    assert bool(findings) is not (1 <= size <= document and kept + size <= practice)


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(2200, 1, 1)])
def test_no_paper_counts_for_centuries(day: date) -> None:
    findings = Findings()
    documents.check_expiry(day, date(2026, 1, 1), findings)
    assert reasons(findings) == ("must be within a hundred years",)


ZIPPED = b"PK\x03\x04" + bytes(26)
BYTES = {
    "application/pdf": papers.PDF,
    "image/png": papers.png(),
    "image/jpeg": b"\xff\xd8\xff\xe0" + bytes(20),
    "image/gif": b"GIF89a" + bytes(20),
    "image/webp": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    "image/bmp": b"BM\x00\x00\x00\x00\x00\x00\x00\x00",
    "image/heic": b"\x00\x00\x00\x18ftypheic",
    "video/mp4": b"\x00\x00\x00\x18ftypisom",
    "application/dicom": bytes(128) + b"DICM",
    "application/zip": papers.zip_bomb()[:4096],
    "application/vnd.oasis.opendocument.text": ZIPPED + b"mimetypeapplication/vnd.oasis.opendocument.textPK",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (
        ZIPPED + b"[Content_Types].xml" + bytes(40) + b"PK\x03\x04word/document.xml"
    ),
    "text/html": b"\n  <HTML><body>",
    "image/svg+xml": b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>",
    "application/xml": b"\xef\xbb\xbf<?xml version='1.0'?><a/>",
    "text/plain": "Grüße\n".encode(),
}


@pytest.mark.parametrize(("media_type", "content"), BYTES.items())
def test_bytes_are_known_by_their_beginning(media_type: str, content: bytes) -> None:
    assert media.sniffed(content) == media_type
    assert media.announced(f"{media_type.upper()}; charset=utf-8") == media_type


@pytest.mark.parametrize("content", [b"MZ\x90\x00", b"\x7fELF\x02", b"#!/bin/sh\n", b"\x00asm", b"", b"\x01\x02\x03"])
def test_programs_and_noise_are_no_documents(content: bytes) -> None:
    assert media.sniffed(content) is None


@pytest.mark.parametrize(
    "markup",
    [
        b"<script>",
        b"<!-- x --><script>",
        b"<svg onload=x>",
        b"<iframe src=x>",
        b"<img src=x onerror=y>",
        b"<!DOCTYPE HTML>",
    ],
)
def test_markup_is_never_taken_for_what_is_shown_in_its_place(markup: bytes) -> None:
    for before in (b"", b"\n\t ", b"\xef\xbb\xbf"):
        assert media.sniffed(before + markup) in ("text/html", "image/svg+xml")


@given(some.binary(max_size=5_000))
def test_whatever_bytes_come_they_are_of_a_known_type_or_of_none(content: bytes) -> None:
    found = media.sniffed(content)
    assert found is None or found in media.EXTENSIONS
    assert found == media.sniffed(content[: media.HEAD_BYTES])


def test_nothing_that_a_browser_runs_is_shown_in_its_place() -> None:
    assert set(media.EXTENSIONS) >= media.INLINE
    assert not media.INLINE & {"text/html", "image/svg+xml", "application/xml", "application/zip"}
