"""Every list on a page can be taken out, or it is written here why it is none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.house.tree import files, named, text

LIST = re.compile(r"""<c-list\b(?:"[^"]*"|[^">])*>""")
# Parts of a page that say the same as a list that goes out, forms to act with, or papers of the house itself.
NONE = {
    "staff/staff_list.html": "accounts, not work",
    "desk/household.html": "one household; its people are in the list of people, its doors in that of their round",
    "desk/hand_over_all.html": "sums of what somebody answers for; their list goes out from the page of all",
    "desk/place.html": "the list of places goes out from its parent's",
    "out/form.html": "places of a form",
    "out/forms.html": "forms",
    "out/index.html": "the exports themselves",
    "out/names.html": "what may be written into a form",
    "exchange/assign.html": "a form to act with; the people stand in the list of people",
    "exchange/index.html": "files, each of which comes back annotated",
    "exchange/run.html": "comes back as the annotated file",
}
# Within a page whose list goes out: what it shows of another list, or of one matter of its own.
PARTS = {
    ("screening/round.html", "units"), ("screening/round.html", "left"), ("screening/round.html", "teams"),
    ("desk/responsible.html", "rows"), ("checkpoints/post.html", "over"), ("checkpoints/post.html", "told"),
}  # fmt: skip
# Pages that are drawn by the common list (`desk.common.Listing`), by file and function.
COMMON = {
    ("cases/desk.py", "one"): "one case, not a list",
    ("pages/unposted.py", "page"): "villages; the list of places goes out",
    ("roster/desk.py", "holes"): "seats nobody stands in are among the missed",
    ("checkpoints/desk_permits.py", "new"): "a form",
    ("checkpoints/desk_acts.py", "strayed"): "what is owed of them is among the missed",
    ("checkpoints/desk_acts.py", "own"): "whose temperature is owed is among the missed",
}


def drawn() -> Iterator[tuple[tuple[str, str], bool]]:
    """(file, function) of each page of the common list, and whether it says that it goes out."""
    for path in files():
        name = named(path)
        if path.suffix != ".py" or not name.startswith("bulou/") or "Listing(" not in text(path):
            continue
        short = "/".join(name.split("/")[-2:])
        for function in ast.walk(ast.parse(text(path))):
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] == "Listing":
                    yield (short, function.name), any(word.arg == "export" for word in call.keywords)


def test_every_page_of_the_common_list_goes_out_or_it_is_said_why_not() -> None:
    found = dict(drawn())
    assert [page for page, goes in found.items() if not goes and page not in COMMON] == []
    assert set(COMMON) <= set(found)


def test_every_list_goes_out_or_it_is_said_why_not() -> None:
    wrong = []
    for path in files():
        name = named(path)
        if path.suffix != ".html" or not name.startswith("bulou/") or name.endswith("cotton/list.html"):
            continue
        short = "/".join(name.split("/")[-2:])
        for found in LIST.findall(text(path)):
            part = re.search(r'id="([\w-]+)"', found)
            if "export=" not in found and short not in NONE and (short, part and part[1]) not in PARTS:
                wrong.append(f"{name}: {found[:80]}")
    assert wrong == []


def test_what_is_said_of_lists_is_said_of_pages_that_are_there() -> None:
    there = {"/".join(named(path).split("/")[-2:]) for path in files() if path.suffix == ".html"}
    assert set(NONE) <= there
