"""Whatever a POST names in its body or its address × role × (own, sibling, parent place): nothing outside is reached.

Each address that takes a POST has a body (`sending`), sound for somebody's own place. Then one thing of it after the
other is one of elsewhere: the answer and what is written must be those for what nobody has.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.test import Client

from bulou.config import urls
from bulou.core.audit.models import AuditEntry
from bulou.core.records.models import Aside, Entry
from bulou.core.staff.roles import Role
from bulou.lib import clock
from tests.scope import bodies_desk, bodies_files, bodies_posts, bodies_rooms, sending
from tests.scope.asking import (
    ASKERS,
    ROLES,
    Address,
    addresses,
    apart,
    models_for,
    not_found,
    rows_at,
    text,
    told,
)  # fmt: skip
from tests.scope.more import lay_more
from tests.scope.sending import NAMES_NOTHING, NOBODY, NOBODY_INT, OF, Body
from tests.scope.world import COUNTY, FAMILIES, FAR, NOWHERE, OTHER, SIBLING, TOWNSHIP, VILLAGE, World, mine

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
Answer = tuple[int, str, str, list[str], int]


@pytest.fixture(scope="module")
def filled(world: World) -> Iterator[World]:
    from bulou.core.tasks.lay import lay

    for n, place in enumerate(FAMILIES):
        lay_more(place, n, world.people[place])
    lay()
    sending.B.known.clear()
    yield world
    sending.B.known.clear()


def sent(client: Client, pattern: str, body: Body) -> Any:
    """Send a body, and undo what it wrote."""
    path, said, query = pattern.partition("#")[0], {}, {}
    parameters = {key: value for key, value in body.items() if key.startswith("<")}
    for key in sorted(parameters):
        path = re.sub(r"<\w+:\w+>", str(parameters[key]), path, count=1)
    for key, value in body.items():
        if key.startswith("?"):
            query[key[1:]] = value
        elif key not in parameters:
            said[key] = value
            if hasattr(value, "seek"):
                value.seek(0)
    client.cookies.pop("messages", None)
    files = (
        {one: one.read_bytes() for one in (clock.home() / "files/ledgers").glob("*.*")}
        if path.startswith("import/")
        else {}
    )
    with transaction.atomic():
        before = written()
        answer = client.post(f"/{path}", said, query_params=query)
        answer.written = written() - before
        transaction.set_rollback(True)
    for one, held in files.items():
        one.write_bytes(held)
    return answer


def written() -> int:
    """How much was written: every verb enters the audit, every record the book, what is held waits aside."""
    return AuditEntry.objects.count() + Entry.objects.count() + Aside.objects.count()


def cleaned(answer: Any, named: Iterable[Any]) -> Answer:
    """An answer without what it merely repeats of the question, and what changes anyway."""
    repeated = "|".join(sorted({re.escape(str(one)) for one in named}, key=len, reverse=True))

    def plain(said: str) -> str:
        said = re.sub(rf"(?<![0-9A-Za-z-])(?:{repeated})(?![0-9A-Za-z-])", "…", said)
        said = re.sub(r'(csrf\w*"? value=")[^"]+|("X-CSRFToken": ?")[^"]+', "", said)
        return re.sub(r"\d\d:\d\d(:\d\d)?", "time", _UUID.sub("id", said))

    told = [plain(str(one)) for one in get_messages(answer.wsgi_request)._queued_messages]  # type: ignore[attr-defined]
    return (
        answer.status_code,
        plain(answer.headers.get("Location", "")),
        plain(text(answer)),
        told,
        answer.written,
    )


def elsewhere(by: Any) -> list[str]:
    """Places that are not somebody's: the nearest of another branch, of another county, and the one above their own."""
    beside = [place for place in (SIBLING, OTHER, FAR) if not mine(by, place)]
    above = [place for place in (TOWNSHIP, COUNTY, "14") if not mine(by, place)]
    return [*dict.fromkeys([beside[0], beside[-1], above[0], FAR[:6]])]


def outside(of: Any, their: str) -> Iterator[tuple[str, Body, list[Any]]]:
    """One thing after the other is one of elsewhere, then all are; and what stands there."""
    own, theirs, nobodys = of(VILLAGE), of(their), of(NOWHERE)
    there = [
        key
        for key in own
        if key not in _FRESH
        and str(own[key]) != str(nobodys.get(key, own[key]))
        and theirs.get(key) not in (None, NOBODY, NOBODY_INT, own[key])
    ]
    for key in there:
        yield key, own | {key: theirs[key]}, [theirs[key], their]
    if len(there) > 1 or theirs.keys() != own.keys():
        yield _ALL, theirs, [their, *(theirs[key] for key in there)]


_FRESH = {"record", "id", "file"}  # made anew for each body; they name nothing that is there
assert bodies_desk and bodies_files and bodies_posts and bodies_rooms  # they tell `OF` what is sent
_ALL = "all"
# Where somebody is going is said by whoever lets them through: any village of the county, by its code.
TOLD = {("checkpoints/<uuid:which>/pass/", "to_place"), ("checkpoints/<uuid:which>/handed/", "to_place")}
# A form of a county's is there for its townships to print.
# So is whoever is posted above a site and takes the temperatures there.
FROM_ABOVE = {("exports/forms/<uuid:pk>/print/", "<0>"), ("observation/sites/<uuid:pk>/", "medic")}


@pytest.mark.parametrize("role", ASKERS)
def test_what_is_sent_reaches_nothing_outside(
    role: Role, filled: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(urls, "handler404", not_found, raising=False)
    by, client, wrong = filled.actors[role], filled.client(role), []
    for pattern, of in OF.items():
        if sent(client, pattern, own := of(VILLAGE)).status_code in (403, 404, 405):
            continue  # not their work, whatever it names
        none, nothing = of(NOWHERE), {}
        for their in elsewhere(by):
            for what, theirs, named in outside(of, their):
                if (pattern, what) in TOLD or (their in by.place and (pattern, what) in FROM_ABOVE):
                    continue
                if what not in nothing:
                    nobodys = none if what == _ALL else own | {what: none[what]}
                    nothing[what] = sent(client, pattern, nobodys)
                differ = [k for k in none if k not in _FRESH and own.get(k) != none[k]]
                named += [NOWHERE, *(none[k] for k in (differ if what == _ALL else [what]))]
                answer = cleaned(sent(client, pattern, theirs), named)
                expected = cleaned(nothing[what], named)
                if answer != expected or answer[0] >= 500:
                    wrong.append(
                        (pattern, what, their, apart(answer[:3], expected[:3]), answer[3:], expected[3:])
                    )
    assert not wrong, "\n".join(map(str, wrong))


def test_each_body_is_sound_for_somebody(filled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused whatever it names proves nothing: for some role own things are taken, and nobody's are not."""
    monkeypatch.setattr(urls, "handler404", not_found, raising=False)
    left = dict(OF)
    said: dict[str, set[Any]] = {}
    for role in ROLES:
        client = filled.client(role)
        for pattern in list(left):
            own, none = left[pattern](VILLAGE), left[pattern](NOWHERE)
            answer = sent(client, pattern, own)
            said.setdefault(pattern, set()).add((answer.status_code, answer.written))
            if answer.status_code < 400 and (
                answer.written or told(answer) != told(sent(client, pattern, none))
            ):
                del left[pattern]
    assert not left, "\n".join(f"{pattern}: {said[pattern]}" for pattern in left)


def test_every_address_that_takes_a_post_is_sent_to(filled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address whose answer to a POST reads what was sent has a body, or a reason why none can reach outside."""
    monkeypatch.setattr(urls, "handler404", not_found, raising=False)
    readers, asked, answered = set(), "", Counter[str]()

    def spied(of: Any) -> property:
        def read(request: Any) -> Any:
            module = str(sys._getframe(1).f_globals["__name__"])
            if module.startswith("bulou.") and request.method == "POST" and not module.endswith("middleware"):
                readers.add(asked)
            return of.__get__(request)

        return property(read, getattr(of, "fset", None))

    for name in ("POST", "FILES"):
        monkeypatch.setattr(WSGIRequest, name, spied(getattr(WSGIRequest, name)))
    for role in (Role.COUNTY_OFFICE, Role.ADMINISTRATOR, *ROLES):
        client = filled.client(role)
        for address in addresses():
            asked = address.pattern
            if asked in readers or answered[asked] > 1:  # whoever it is for: it draws a page
                continue
            for own in [OF[asked](VILLAGE)] if asked in OF else _near(address):
                status = sent(client, asked, own).status_code
                answered[asked] += status not in (403, 404)
                if status != 404:
                    break
    assert readers - {pattern.partition("#")[0] for pattern in OF} - set(NAMES_NOTHING) == set()
    assert set(NAMES_NOTHING) & set(OF) == set()


def _near(address: Address) -> Iterator[Body]:
    """An address with each thing near by that it may mean: a code is a place's, an id one of any table's."""
    may_be: list[list[Any]] = []
    for kind, name in address.parameters:
        near = [
            known[place][0].pk
            for known in (rows_at(model) for model in models_for(address, (kind, name)))
            for place in (VILLAGE, TOWNSHIP, COUNTY)
            if known.get(place)
        ]
        may_be.append(near if kind in ("uuid", "int") and near else [VILLAGE])
    for found in product(*may_be):
        yield {f"<{n}>": one for n, one in enumerate(found)}
