"""The audit log, for those who read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bulou.core import exports
from bulou.core.audit import acts, looks, queries
from bulou.core.audit.models import AuditBlock, AuditEntry
from bulou.core.places import queries as places
from bulou.core.staff import queries as staff
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import AUDIT_READERS, Role

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from bulou.core.staff.actor import Actor

_SIZE = 50


@acting(AUDIT_READERS)
def log(request: HttpRequest, by: Actor) -> HttpResponse:
    """The latest entries of the actor's territory first, by place, kind of act and account."""
    place = request.GET.get("place") or by.place
    if not by.reaches(place):
        raise Http404
    if request.GET.get("export"):
        return exports.ask_for(request, "audit", place=place)
    kind, account = request.GET.get("kind", ""), request.GET.get("account", "")
    found = queries.entries(
        by, place=place, act=kind, account=int(account) if account.isdigit() else None,
        subject_id=request.GET.get("subject", ""),
    )  # fmt: skip
    before = request.GET.get("cursor", "")
    if before.isdigit():
        found = found.filter(pk__lt=int(before))
    rows = list(found.order_by("-id")[: _SIZE + 1])
    more, rows = len(rows) > _SIZE, rows[:_SIZE]
    words = {
        "place": place,
        "rows": _described(rows),
        "next": rows[-1].pk if more else None,
        "filters": _filters(kind, place),
        "columns": [
            _("When"),
            _("By whom"),
            _("What"),
            _("Where"),
            {"title": _("How many"), "class": "right"},
            "",
        ],
        "sealed": AuditBlock.objects.order_by("-id").first(),
    }
    return render(request, "audit/log.html", words)


def _filters(chosen: str, place: str) -> list[dict[str, Any]]:
    kinds = (
        ("", _("All")),
        ("alert", _("Alerts")),
        ("look", _("Looks at people")),
        ("staff", _("Staff")),
        ("sign-in", _("Signing in")),
    )
    return [{"label": w, "url": f"?kind={k}&place={place}", "active": k == chosen} for k, w in kinds]


def _described(rows: list[AuditEntry]) -> list[dict[str, Any]]:
    """Entries with the names of accounts and places: two queries for all of them."""
    who = staff.names(row.account for row in rows)
    where = places.described({row.place for row in rows if row.place}, below="0000")
    return [
        {
            "entry": row,
            "who": who.get(row.account) or (_("the system") if row.account == 0 else str(row.account)),
            "what": acts.title(row.act),
            "where": where.get(row.place, row.place),
            "alert": row.act.startswith("alert."),
        }
        for row in rows
    ]


def _subject(entry: AuditEntry) -> str:
    """What an entry is about: a place or an account by name, else the kind of thing and its number.

    A kind's code is its English; the Chinese stands in the catalogue of whoever has such things.
    """
    named = {"place": places.names, "account": _account_names}.get(entry.subject_type)
    name = named([entry.subject_id]).get(entry.subject_id) if named else None
    return f"{pgettext('subject', entry.subject_type)} {name or entry.subject_id}"


def _account_names(ids: list[str]) -> dict[str, str]:
    return {str(pk): name for pk, name in staff.names(int(one) for one in ids if one.isdigit()).items()}


@acting(AUDIT_READERS)
def entry(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """One entry whole, with the words given for a look (not for the administrator, who sees no person)."""
    found = get_object_or_404(queries.entries(by), pk=pk)
    words = {
        "row": _described([found])[0],
        "subject": _subject(found),
        "role": staff.role_of_post(found.post),
        "reason": looks.reason(found.pk) if by.role is not Role.ADMINISTRATOR else "",
    }
    return render(request, "audit/entry.html", words)
