"""How a search gets into an address: sent as a form, and sealed where it is a number that names somebody."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import EVERYONE
from bulou.lib import sought

_LONGEST = 40


@csrf_exempt  # writes nothing; a page that has been open for long may still be searched
@require_POST
@acting(EVERYONE)
def search(request: HttpRequest, by: Actor) -> HttpResponse:
    """To the page on which somebody searches, with what they search for in its address."""
    page = request.POST.get("page", "")
    path, _mark, rest = (page if url_has_allowed_host_and_scheme(page, None) else "/").partition("?")
    words = QueryDict(rest, mutable=True)
    words.pop("cursor", None)
    return _to(path, words, request.POST.get(sought.WORD, "").strip()[:_LONGEST], _session(request))


def opened(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: pages read what is searched for as it was typed; in the address it is sealed where it must be."""

    def run(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return answer(request)
        text, session = request.GET.get(sought.WORD, ""), _session(request)
        try:
            plain = sought.unseal(text, session)
        except ValueError:
            raise Http404 from None
        except sought.Ended:
            messages.info(request, _("This search has ended with the sign-in it was made in. Search again."))
            return _to(request.path, request.GET.copy(), "", session)
        if plain != text:
            request.GET = sought.Words.of(request.GET, plain)
        elif sought.names_somebody(text):
            return _to(request.path, request.GET.copy(), text, session)
        return answer(request)

    return run


def _to(path: str, words: QueryDict, text: str, session: str) -> HttpResponse:
    """To an address with a text searched for. Without a sign-in there is nobody for whom to seal a number."""
    words.pop(sought.WORD, None)
    if not sought.names_somebody(text):
        words[sought.WORD] = text
    elif session:
        words[sought.WORD] = sought.seal(text, session)
    if not words.get(sought.WORD):
        words.pop(sought.WORD, None)
    return HttpResponseRedirect(f"{path}?{words.urlencode()}" if words else path)


def _session(request: HttpRequest) -> str:
    return request.session.session_key or ""
