"""A Word form filled in. What a clerk wrote in braces is looked up, never worked out: it is no template's code."""

from __future__ import annotations

import io
from collections.abc import Sequence
from copy import deepcopy
from typing import IO, Any

from bulou.exchange.out import marks
from bulou.exchange.out.form_rows import adds_up, preprinted
from bulou.exchange.out.form_spots import LABELS, Spot
from bulou.exchange.out.form_values import Values, kinds, repeats
from bulou.exchange.out.form_xlsx import shown
from bulou.exchange.out.names import FIGURE, PLACED, understood
from bulou.exchange.out.write import Notice

_LOOP, _END = "{%tr for row in rows %}", "{%tr endfor %}"
_LONGEST = 255  # characters of a property


def fill_docx(
    content: bytes, spots: Sequence[Spot], told: Values, listed: str, notice: Notice, file: IO[bytes]
) -> None:
    """Write the form's document with its values to `file`."""
    from docxtpl import DocxTemplate

    template = DocxTemplate(io.BytesIO(content))
    template.init_docx()
    tables = template.docx.tables
    for spot in spots:
        if not spot.written and spot.where[0].isdigit():
            table, row, column = (int(part) - 1 for part in spot.where.split(":"))
            _place(tables[table], row, column, spot, told, listed)
    for table in tables:
        for row in list(table.rows):
            said = PLACED.findall(" ".join(cell.text for cell in row.cells))
            if repeats([understood(one, listed) for one in said], listed):
                _around(row)

    def say(written: str, row: Any) -> str:
        return shown(told.get(understood(written, listed), row if isinstance(row, dict) else None))

    template.render({"rows": told.rows, "say": say}, jinja_env=_environment())
    _mark(template.docx, notice)
    template.save(file)


def _place(table: Any, row: int, column: int, spot: Spot, told: Values, listed: str) -> None:
    """Put a name where it goes, or the values of the places that the rows name already."""
    labels = [[cell.text for cell in line.cells[:LABELS]] for line in table.rows]
    named = preprinted(labels, row, told, spot.down)
    for at, line in [(row, None)] if named is None else named:
        cell = table.rows[at].cells[column]
        if not cell.text.strip():
            said = (
                "{{" + spot.name + "}}"
                if line is None
                else shown(told.get(spot.name, line)).replace("{", "｛")
            )
            cell.paragraphs[0].add_run(said)
    sums = row + 1 < len(labels) and adds_up(labels[row + 1])
    if named is None and spot.down and sums and kinds([spot.name], listed)[spot.name] == FIGURE:
        cell = table.rows[row + 1].cells[column]
        cell.paragraphs[0].add_run("" if cell.text.strip() else "{{" + spot.name + "}}")


def _environment() -> Any:
    """A template engine to which every name in braces is a text to look up. Loaded when first needed."""
    from jinja2.ext import Extension
    from jinja2.sandbox import SandboxedEnvironment

    class Looked(Extension):
        def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
            return PLACED.sub(lambda said: "{{ say(" + _quoted(said[1]) + ", row) }}", source)

    return SandboxedEnvironment(extensions=[Looked], autoescape=True)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _around(row: Any) -> None:
    """Put the marks of a loop before and after a row of a table."""
    for text, put in ((_LOOP, row._tr.addprevious), (_END, row._tr.addnext)):
        mark = deepcopy(row._tr)
        texts = [node for node in mark.iter() if node.tag.endswith("}t")]
        for node in texts:
            node.text = ""
        texts[0].text = text
        put(mark)


def _mark(document: Any, notice: Notice) -> None:
    """Who took it out: at the foot of each page, and in the properties."""
    for section in document.sections:
        section.footer.is_linked_to_previous = False
        section.footer.add_paragraph(notice.marked)
    document.core_properties.comments = notice.line[:_LONGEST]
    document.core_properties.keywords = f"{marks.PROPERTY} {notice.number}"
