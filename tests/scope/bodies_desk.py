"""What is sent to the desk's own pages: staff, people, places, rules."""

from __future__ import annotations

from bulou.core.people.models import Double, Household, Merge, Person, Unit
from bulou.core.records.models import Aside
from bulou.core.staff.models import Invitation, Post, Responsibility
from bulou.core.sync.models import Device
from bulou.lib import ids, invented
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
