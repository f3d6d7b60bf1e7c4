"""Answers of the protocol: every one is made by one function, since a stray byte before the verdict stops 1C."""

from __future__ import annotations

from django.http import HttpResponse

CHARSETS = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "windows-1251": "windows-1251"}
SUCCESS, PROGRESS, FAILURE = "success", "progress", "failure"


def answer(*lines: str, encoding: str = "utf-8") -> HttpResponse:
    """
    Lines of text for 1C: no BOM, no blank before the verdict, status 200 even for a failure, since old 1C shows
    the text of no other.
    """
    charset = CHARSETS.get(encoding, "utf-8")
    told = [" ".join(line.split("\n")).strip() for line in lines]
    body = "\n".join(line for line in told if line).encode(charset, "replace")
    response = HttpResponse(body, content_type=f"text/plain; charset={charset}")
    response["Content-Length"] = str(len(body))
    response["Cache-Control"] = "no-store"
    return response


def document(body: bytes, content_type: str) -> HttpResponse:
    """An XML answer: header, declaration and bytes agree, and the length is exact."""
    response = HttpResponse(body, content_type=content_type)
    response["Content-Length"] = str(len(body))
    response["Cache-Control"] = "no-store"
    return response
