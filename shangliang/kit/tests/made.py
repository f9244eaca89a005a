"""Files as people send them, for tests."""

from __future__ import annotations

import io

from pikepdf import Pdf, Stream


def pdf(words: str = "dear neighbours") -> bytes:
    """A letter of one page."""
    made, out = Pdf.new(), io.BytesIO()
    page = made.add_blank_page(page_size=(595, 842))
    page.obj["/Contents"] = Stream(made, f"% {words}".encode())
    made.save(out)
    return out.getvalue()
