"""The page of a report as a PDF, to be passed on: WeasyPrint lays out the page itself, as it is printed."""

import re
from base64 import b64encode
from html import escape, unescape

from vcgap.errors import UserError

VARIANT = "pdf/ua-1"  # tagged, so that it can be read aloud
LIBRARIES = "Debian, Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0; macOS: brew install pango"


def pdf_of(page):
    """The PDF of a report: bytes, nothing of it fetched, fonts inside. page : HTML

    The same page gives the same bytes where the same fonts are: signs that the fonts of the page lack are taken from the
    system.
    """
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    inside = URLFetcher(allowed_protocols=["data"])
    return HTML(string=as_printed(page), url_fetcher=inside).write_pdf(pdf_variant=VARIANT)


def check_pdf():
    """Raises UserError if no PDF can be made here."""
    try:
        import weasyprint  # noqa: F401
    except ImportError:
        raise UserError("--pdf: the package weasyprint is missing; install it: pip install weasyprint") from None
    except OSError as error:
        missing = str(error).partition("\n")[0]
        raise UserError(f"--pdf: a library of the system is missing ({missing}); install it: {LIBRARIES}") from None


def as_printed(page):
    """A page with the drawings of its exhibits as images: each once, in the colours of paper, described by words.

    WeasyPrint knows no variables in a drawing, and would read only its title aloud. Other drawings stay as they are.
    """
    page = re.sub(r'<div class="narrow" style="display:none"><svg\b.*?</svg></div>', "", page, flags=re.DOTALL)
    return re.sub(r'(?<=<div class="wide">)<svg\b.*?</svg>', _image, page, flags=re.DOTALL)


def _image(found):
    drawing = re.sub(r"var\(--[\w-]+,\s*(#\w+)\)", r"\1", found.group())
    words = " ".join(_text(drawing, tag) for tag in ("title", "desc"))
    return f'<img alt="{escape(words)}" src="data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()}">'


def _text(drawing, tag):
    return unescape(re.search(rf"<{tag}\b[^>]*>(.*?)</{tag}>", drawing, re.DOTALL).group(1))
