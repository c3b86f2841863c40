"""A decision table as an Excel file that an office can edit, and back. Every cell is text."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from bulou.core.rulebook.book import Entry
from bulou.core.rulebook.conditions import write_condition

_HEAD = ("key", "place", "profile", "from", "to", "source", "zh", "en")
_LINE = ("name", "source", "over", "zh", "en")
_MOST_BYTES = 2 * 1024 * 1024
_MOST_CELLS = 200_000
_YES_NO = {"true": True, "false": False, "是": True, "否": False}
_UNKNOWN = {"未知", "不详"}


def write_excel(entry: Entry, path: Path) -> None:
    """Write a table's entry: its head, its facts (? …) and outcomes (= …), one line for each row."""
    import xlsxwriter

    table = entry.table
    if table is None:
        raise ValueError(f"{entry.key} is no table")
    facts, outcomes = list(table.facts), list(table.outcomes)
    head = {"from": entry.from_day.isoformat(), "to": entry.to_day.isoformat() if entry.to_day else ""}
    lines: list[list[str]] = [[name, head.get(name) or str(getattr(entry, name, "") or "")] for name in _HEAD]
    lines += [[f"? {n}", " / ".join(d.words) or d.kind] for n, d in table.facts.items()]
    lines += [[f"= {n}", " / ".join(d.words) or d.kind] for n, d in table.outcomes.items()]
    lines += [[], ["name", *(f"? {f}" for f in facts), *(f"= {o}" for o in outcomes), *_LINE[1:]]]
    for row in table.rows:
        when = [_cell(write_condition(row.when[f])) if f in row.when else "" for f in facts]
        then = [_cell(row.then.get(o, "")) for o in outcomes]
        lines.append([row.name, *when, *then, row.source, ", ".join(sorted(row.over)), row.zh, row.en])
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("rules")
        bold = book.add_format({"bold": True})
        start = lines.index([])
        for r, line in enumerate(lines):
            for c, text in enumerate(line):
                sheet.write_string(r, c, text, bold if (c == 0 and r < start) or r == start + 1 else None)
        sheet.set_column(0, len(facts) + len(outcomes) + len(_LINE), 18)
        sheet.freeze_panes(start + 2, 1)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_cell(v) for v in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_excel(path: Path) -> dict[str, Any]:
    """The content of a rule file from the first sheet. Raises ValueError for what is no such sheet."""
    import python_calamine

    if path.stat().st_size > _MOST_BYTES:
        raise ValueError("the file is larger than 2 MB")
    try:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
            sheet = book.get_sheet_by_index(0)
            if sheet.total_height * sheet.total_width > _MOST_CELLS:
                raise ValueError("the sheet is too large for a table of rules")
            lines = [[_text(cell) for cell in line] for line in sheet.to_python(skip_empty_area=False)]
    except (python_calamine.CalamineError, IndexError) as error:
        raise ValueError(str(error)) from error
    return {"table": [_table(lines)]}


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return (cell.isoformat()[:10] if isinstance(cell, date) else str(cell)).strip()


def _table(lines: list[list[str]]) -> dict[str, Any]:
    table: dict[str, Any] = {"facts": {}, "outcomes": {}, "row": []}
    header: list[str] = []
    for line in lines:
        if not any(line):
            continue
        if header:
            table["row"].append(_row(header, line, table))
        elif line[0] == "name":
            header = line
        elif line[0][:1] in "?=":
            group = "facts" if line[0].startswith("?") else "outcomes"
            table[group][line[0][1:].strip()] = _domain(line[1] if len(line) > 1 else "")
        elif len(line) > 1 and line[1]:
            table[line[0]] = line[1]
    return table


def _domain(text: str) -> Any:
    return text if text in {"bool", "int", "key"} else [word.strip() for word in text.split("/")]


def _row(header: list[str], line: list[str], table: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"when": {}, "then": {}}
    for name, text in zip(header, line, strict=False):
        if not text or not name:
            continue
        if name.startswith("?"):
            fact = name[1:].strip()
            row["when"][fact] = _read_condition(text, table["facts"].get(fact))
        elif name.startswith("="):
            outcome = name[1:].strip()
            row["then"][outcome] = _read(text, table["outcomes"].get(outcome))
        elif name == "over":
            row["over"] = _parts(text)
        else:
            row[name] = text
    return row


def _read_condition(text: str, domain: Any) -> Any:
    items = [_read(part, domain) for part in _parts(text)]
    return items[0] if len(items) == 1 else items


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace(",", ",").replace("、", ",").split(",") if part.strip()]


def _read(text: str, domain: Any) -> Any:
    if text in _UNKNOWN:
        return "unknown"
    if domain == "bool":
        return _YES_NO.get(text.lower(), text)
    if domain == "int" and text.lstrip("-").isdigit():
        return int(text)
    return text
