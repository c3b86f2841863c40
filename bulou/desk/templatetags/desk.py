"""What the components of pages need and templates cannot work out by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import template

from bulou.core.places import queries
from bulou.desk import lists, states
from bulou.lib import asked, degrees

if TYPE_CHECKING:
    from django.forms import BoundField
    from django.template.context import Context
    from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def state_look(state: str, word: str = "", sign: str = "", tone: str = "") -> states.Look:
    """The word, sign and tone of a state."""
    return states.look(state, word, sign, tone)


@register.filter
def number(value: Any) -> str:
    """A number for reading, with commas; None (unknown) is a dash, which is not a zero."""
    if value is None or value == "":
        return "—"
    # What a component is handed between quotes comes as text.
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    return f"{value:,}" if isinstance(value, int | float) else str(value)


@register.filter
def tenths(value: int | None) -> str:
    """Tenths of a degree as degrees: 373 → 37.3."""
    return "—" if value is None else degrees.shown(value)


@register.filter
def sex(value: str) -> str:
    """What is kept as 男 or 女, in the reader's language."""
    return str(lists.SEXES.get(value, value or ""))


@register.filter
def relation(value: str) -> str:
    """How somebody stands to the head of the household, in the reader's language where it is a usual one."""
    return str(lists.RELATIONS.get(value, value or ""))


@register.simple_tag(takes_context=True)
def came_from(context: Context) -> str:
    """The page of this house on which a form was sent, else the first one: what takes forms is often no page."""
    request = context["request"]
    return asked.page(request.headers.get("Referer", ""), request) or "/"


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The page's own query string with some values changed; None or "" takes one away."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None or value == "":
            params.pop(key, None)
        else:
            params[key] = str(value)
    return "?" + params.urlencode() if params else "?"


@register.simple_tag(takes_context=True)
def carried(context: Context, *dropped: str) -> list[tuple[str, str]]:
    """The page's query as pairs for hidden fields, without those that the form brings itself."""
    params = context["request"].GET
    return [(key, value) for key in params if key not in dropped for value in params.getlist(key)]


@register.simple_tag(takes_context=True)
def place_line(context: Context, code: str, href: str = "/places/{code}/") -> dict[str, Any]:
    """Where a page stands: the places above (with links as far as the actor reaches) and below.

    `href` is an address with `{code}` in it; one that begins with `?` keeps the page's other words.
    """
    actor = context["frame"].actor
    kept = [] if not href.startswith("?") else carried(context, "place", "cursor")

    def to(place: str) -> str:
        address = href.replace("{code}", place)
        return f"{address}&{urlencode(kept)}" if kept else address

    steps = [(p, to(p.code) if actor and actor.reaches(p.code) else "") for p in queries.path(code)]
    return {
        "above": steps[:-1],
        "here": steps[-1] if steps else None,
        "up": next((link for _place, link in reversed(steps[:-1]) if link), ""),
        "children": [(p, to(p.code)) for p in queries.children(code)] if code else [],
    }


@register.filter
def dressed(field: BoundField) -> SafeString:
    """A form field's control with the classes of the house, and its error named for screen readers."""
    kind = getattr(field.field.widget, "input_type", "")
    name = {
        "checkbox": "form-check-input",
        "select": "form-select",
        "radio": "form-radios",
        "hidden": "",
    }.get(kind, "form-control")
    attrs: dict[str, str | bool] = {"class": f"{name} {field.field.widget.attrs.get('class', '')}".strip()}
    if field.errors:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}-error"}
    return field.as_widget(attrs=attrs)
