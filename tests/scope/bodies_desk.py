"""What is sent to the desk's own pages: staff, people, places, rules, reports, files in and out."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from bulou.core.people.models import Double, Household, Merge, Person, Unit
from bulou.core.records.models import Aside
from bulou.core.staff.models import Invitation, Post, Responsibility
from bulou.core.sync.models import Device
from bulou.core.tasks.models import Task
from bulou.exchange.models import ImportRow, ImportRun
from bulou.exchange.out.models import Export, Form
from bulou.lib import ids, invented
from bulou.reports.models import Sent
from tests.scope.sending import NOBODY, NOBODY_INT, B, Body, day, says
from tests.scope.world import SIBLING, VILLAGE

# Staff


@says("staff/new/")
def _account(at: str) -> Body:
    return {"name": "新人", "username": "xinren", "role": "volunteer", "place": at, "unit": ""}


@says("staff/many/")
def _many(at: str) -> Body:
    return {"text": f"新人\tvolunteer\t{at}\txinren"}


@says("staff/invitations/")
def _invite(at: str) -> Body:
    return {"name": "新人", "phone": invented.make_phone(70_001), "place": at}


@says("staff/invitations/<int:pk>/end/")
def _end_invitation(at: str) -> Body:
    return {"<0>": B.at(Invitation, at)}


@says("staff/<int:pk>/")
def _post(at: str) -> Body:
    return {"<0>": B.account(at), "role": "volunteer", "place": at, "unit": ""}


@says("staff/<int:pk>/<slug:what>/")
def _end_post(at: str) -> Body:
    return {"<0>": B.account(at), "<1>": "end-post", "post": B.at(Post, at)}


@says("staff/post/")
def _choose_post(at: str) -> Body:
    return {"post": B.at(Post, at)}


@says("phones/<int:pk>/")
def _phone(at: str) -> Body:
    post = B.at(Post, at, role="volunteer")
    account = Post.objects.filter(pk=post).values_list("account", flat=True).first()
    return {"<0>": account or NOBODY_INT, "post": post, "until": day(2)}


@says("phones/<int:pk>/<uuid:device>/<slug:what>/")
def _lost(at: str) -> Body:
    device = B.at(Device, at)
    account = Device.objects.filter(pk=device).values_list("account", flat=True).first()
    return {"<0>": account or NOBODY_INT, "<1>": device, "<2>": "lost"}


# The desk


@says("people/doubles/decide/")
def _decide(at: str) -> Body:
    ones = Double.objects.filter(one__in=Person.objects.filter(place=at).values("pk")).order_by("pk")
    found = ones.first()
    return {"pair": found.pk if found else NOBODY, "way": "two", "why": "核对过"}


@says("people/doubles/look/")
def _look(at: str) -> Body:
    return {"place": at}


@says("people/<uuid:pk>/reveal/")
def _reveal(at: str) -> Body:
    return {"<0>": B.person(at), "field": "doc_number", "why": "核对"}


@says("people/<uuid:pk>/correct/")
def _correct(at: str) -> Body:
    unit = Unit.objects.filter(pk=B.at(Unit, at)).values_list("name", flat=True).first()
    return {"<0>": B.person(at, 5), "name": "改过", "unit": unit or "没有的厂", "why": "写错", "version": 1}


@says("people/<uuid:pk>/merge/<uuid:other>/")
def _merge(at: str) -> Body:
    return {"<0>": B.person(at, 6), "<1>": B.person(at, 7), "why": "同一人"}


@says("people/<uuid:pk>/unmerge/")
def _unmerge(at: str) -> Body:
    found = Merge.objects.filter(kept__in=Person.objects.filter(place=at).values("pk")).first()
    return {"<0>": found.kept if found else NOBODY, "merge": found.pk if found else NOBODY}


@says("people/<uuid:pk>/records/<uuid:record>/correct/")
def _correct_record(at: str) -> Body:
    from bulou.work.observation.models import Reading

    reading = Reading.objects.filter(pk=B.at(Reading, at, replaced_by=None)).first()
    said = {"tenths": "36.6", "why": "写错", "id": ids.new()}
    return {"<0>": reading.person if reading else NOBODY, "<1>": reading.pk if reading else NOBODY} | said


@says("people/<uuid:pk>/responsible/")
def _entrust(at: str) -> Body:
    return {"<0>": B.person(at), "role": "medic", "holder": B.account(at), "name": ""}


@says("households/<uuid:pk>/responsible/")
def _entrust_home(at: str) -> Body:
    return {"<0>": B.at(Household, at), "role": "medic", "holder": B.account(at), "name": ""}


@says("places/<str:code>/responsible/")
def _entrust_place(at: str) -> Body:
    return {"<0>": at, "role": "medic", "holder": B.account(at), "name": ""}


@says("households/<uuid:pk>/reveal/")
def _reveal_home(at: str) -> Body:
    return {"<0>": B.at(Household, at), "why": "核对"}


@says("places/<str:code>/end/")
def _end_place(at: str) -> Body:
    into = SIBLING if at == VILLAGE else at
    return {"<0>": at, "how": "merge", "day": day(), "into": into, "sure": "1"}


@says("places/<str:code>/end/undo/")
def _undo_place(at: str) -> Body:
    return {"<0>": at}


@says("responsible/hand-over/")
def _hand_over(at: str) -> Body:
    return {"row": B.at(Responsibility, at), "holder": B.account(at), "name": ""}


@says("responsible/all/<int:pk>/")
def _hand_over_all(at: str) -> Body:
    row = Responsibility.objects.filter(place=at, to_day=None).exclude(holder=None).first()
    held = Responsibility.objects.filter(place=at, to_day=None, holder=row.holder).count() if row else 0
    return {"<0>": row.holder if row else 0, "holder": "", "name": "接手人", "seen": held}


@says("responsible/back/<int:pk>/")
def _hand_back(at: str) -> Body:
    row = Responsibility.objects.filter(place=at).exclude(handed_to=None).exclude(holder=None).first()
    said = {"to": row.handed_to.holder or "", "name": row.handed_to.holder_name} if row else {}
    return {"<0>": row.holder or 0 if row else 0, "day": day(), "to": "", "name": "", **said}


@says("units/new/")
def _units(at: str) -> Body:
    return {"units": f"新厂 | firm | {at}"}


@says("units/<uuid:pk>/name/")
def _unit_name(at: str) -> Body:
    return {"<0>": B.at(Unit, at), "name": "改名厂", "why": "写错"}


@says("units/<uuid:pk>/liaison/")
def _liaison(at: str) -> Body:
    return {"<0>": B.at(Unit, at), "account": B.account(at)}


@says("places/<str:code>/<slug:what>/")
def _place(at: str) -> Body:
    return {"<0>": at, "<1>": "add", "name": "新网格", "kind": "grid"}


@says("asides/<uuid:pk>/")
def _aside(at: str) -> Body:
    return {"<0>": B.at(Aside, at), "how": "not-needed"}


@says("rules/order/")
def _order(at: str) -> Body:
    text = f'[order]\nsource = "某令〔2020〕1号"\nplace = "{at}"\nfrom = {day(1)}\n'
    text += '\n[[value]]\nkey = "observation.term_days"\nvalue = 21\nunit = "days"\n'
    return {"text": text, "why": "按令", "act": "force"}


@says("rules/orders/<uuid:pk>/")
def _lift(at: str) -> Body:
    from bulou.core.rulebook.models import Order as RuleOrder

    return {"<0>": B.at(RuleOrder, at[:6]), "last": day(30)}


# Reports, files in and out


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
