"""Reads an export's markup piece by piece: an item is held at a time, never the document."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import XMLParserType, errors

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from chassis.wordpress.outline import Item, Misfit, Outline

CHUNK = 64 * 1024
NOTHING = errors.codes[errors.XML_ERROR_NO_ELEMENTS]
ENDINGS = {
    NOTHING,
    errors.codes[errors.XML_ERROR_UNCLOSED_TOKEN],
    errors.codes[errors.XML_ERROR_PARTIAL_CHAR],
    errors.codes[errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
}


class ExportError(Exception):
    """A file is no whole WordPress export: a sentence says why, line and column where."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(reason, line, column)
        self.reason, self.line, self.column = reason, line, column

    def __str__(self) -> str:
        return f"{self.reason} (line {self.line}, column {self.column})"


class _Parser(XMLParser):
    parser: XMLParserType


def items(path: Path, *, progress: Callable[[int], object]) -> Iterator[Item]:
    """Every item of an export in the file's order; the error, if there is one, may come after the last."""
    outline = Outline()
    parser = _Parser(target=outline, forbid_dtd=True)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            with _complaints(parser.parser):
                parser.feed(chunk)
                outline.weigh(len(chunk))
            yield from outline.take_finished()
            progress(len(chunk))
        with _complaints(parser.parser):
            parser.close()
    # Some versions of expat keep the last bytes to themselves until they are told that no more will come.
    yield from outline.take_finished()


@contextmanager
def _complaints(expat: XMLParserType) -> Iterator[None]:
    try:
        yield
    except ParseError as error:
        line, column = error.position
        raise ExportError(_sentence(error), line, column + 1) from error
    except Misfit as error:
        raise ExportError(str(error), *_place(expat)) from error
    except DefusedXmlException as error:
        reason = "The file declares a document type or entities, which no WordPress export does"
        raise ExportError(reason, *_place(expat)) from error
    except (LookupError, ValueError) as error:
        raise ExportError(f"The file's encoding cannot be read: {error}", *_place(expat)) from error


def _sentence(error: ParseError) -> str:
    if error.code == NOTHING and error.position == (1, 0):
        return "The file is empty"
    if error.code in ENDINGS:
        return "The file ends before the export does"
    return f"The file is not well-formed XML: {errors.messages[error.code]}"


def _place(expat: XMLParserType) -> tuple[int, int]:
    return expat.CurrentLineNumber, expat.CurrentColumnNumber + 1
