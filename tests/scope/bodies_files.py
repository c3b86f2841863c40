"""What is sent about reports, and about files that come in and go out."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from bulou.core.tasks.models import Task
from bulou.exchange.models import ImportRow, ImportRun
from bulou.exchange.out.models import Export, Form
from bulou.reports.models import Sent
from tests.scope.sending import NOBODY, B, Body, day, says


@says("reports/send/")
def _report(at: str) -> Body:
    return {"place": at, "slot": "2020-02-12/pm", "typed-on_duty": "0", "typed-publicity": "0"}


@says("reports/", "reports/turnout/", "reports/received/", "bulletin/")
def _read(at: str) -> Body:
    """Pages that read the place also from what is sent, as the report that is being sent does."""
    return {"place": at}


@says("reports/<uuid:pk>/revise/")
def _revise(at: str) -> Body:
    return {"<0>": B.at(Sent, at), "typed-on_duty": "1", "typed-publicity": "0", "why": "漏写"}


@says("import/assign/")
def _assign(at: str) -> Body:
    return {"task": B.at(Task, at[:9], kind="exchange.assign"), "village": at}


@says("import/look/")
def _file(at: str) -> Body:
    lines = "姓名,从何地返回,返回日期\n崔竣崧,湖北武汉,2020-02-10\n".encode("utf-8-sig")
    return {"place": at, "kind": "returnees", "file": SimpleUploadedFile("名单.csv", lines)}


@says("import/<uuid:pk>/take/", "import/<uuid:pk>/leave/", "import/<uuid:pk>/again/")
def _take(at: str) -> Body:
    return {"<0>": B.at(ImportRun, at, state=ImportRun.LOOKED)}


@says("import/<uuid:pk>/decide/")
def _decided(at: str) -> Body:
    run, line = _held(at)
    return {"<0>": run, "line": line, "way": "leave"}


@says("import/<uuid:pk>/lines/<int:at>/")
def _line(at: str) -> Body:
    run, line = _held(at)
    return {"<0>": run, "<1>": line, "who": B.person(at)}


@says("import/<uuid:pk>/lines/<int:at>/retract/")
def _retract(at: str) -> Body:
    run, line = _held(at)
    return {"<0>": run, "<1>": line}


def _held(at: str) -> tuple[Any, Any]:
    """A file that was taken in at a place or its township, and a line of it that waits."""
    runs = ImportRun.objects.filter(place__in=(at, at[:9]), state=ImportRun.DONE)
    row = ImportRow.objects.filter(run__in=runs.values("pk"), verdict="held").order_by("run", "at").first()
    return (row.run, row.at) if row else (NOBODY, 3)


@says("import/<uuid:pk>/columns/")
def _columns(at: str) -> Body:
    run = ImportRun.objects.filter(pk=B.at(ImportRun, at, state=ImportRun.LOOKED)).first()
    return {"<0>": run.pk if run else NOBODY, "layout": run.tables[0]["layout"] if run else "x", "c0": ""}


@says("import/<uuid:pk>/undo/")
def _undo(at: str) -> Body:
    return {"<0>": _held(at)[0], "why": "发错"}


@says("exports/new/")
def _export(at: str) -> Body:
    return {"list": "arrivals", "place": at, "show": "all", "purpose": "work", "file": "csv"}


@says("exports/<uuid:pk>/decide/")
def _answered(at: str) -> Body:
    return {"<0>": B.at(Export, at[:9]), "act": "approve"}


@says("exports/forms/")
def _form(at: str) -> Body:
    """A form belongs to whoever uploads it; nothing in it names a place."""
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet().write_row(0, 0, ["单位", "{{here}}"])
    return {"title": "部门表", "list": "", "file": SimpleUploadedFile("表.xlsx", file.getvalue())}


@says("exports/forms/<uuid:pk>/", "exports/forms/<uuid:pk>/end/")
def _mark(at: str) -> Body:
    return {"<0>": B.at(Form, at[:9])}


@says("exports/forms/<uuid:pk>/print/")
def _print(at: str) -> Body:
    return {"<0>": B.at(Form, at[:9]), "place": at, "purpose": "work", "day": day()}
