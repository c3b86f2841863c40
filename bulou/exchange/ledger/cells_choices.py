"""Choices: sex, yes and no, means of transport, kinds of document."""

from __future__ import annotations

import re
from typing import Final

from bulou.lib import plates
from bulou.lib.refusals import Refusal

from .cells import NOTHING, Context, Understood, clean, narrow, number_text, understand_text, unsaid
from .files import Cell

_MEN = re.compile(r"男|男性|男士|男孩|m|male|1", re.IGNORECASE)
_WOMEN = re.compile(r"女|女性|女士|女孩|f|female|2", re.IGNORECASE)


def understand_sex(cell: Cell, _context: Context) -> Understood:
    """男 or 女; 1 and 2 as GB/T 2261.1 has them."""
    text = narrow(clean(number_text(cell)))
    if _MEN.fullmatch(text):
        return Understood("男")
    if _WOMEN.fullmatch(text):
        return Understood("女")
    return NOTHING if unsaid(text) else Understood(None, ("SEX_UNREADABLE",))


_NO = re.compile(
    r"^(否|无|没有?|未|不|不是|n|no|f|false|×|✗|✕|❌|x|0|没去|未去|(本人)?否认|从未|不曾|未曾|非)$"
    r"|^(没有?|未曾?|无|从未|从没|从来没|不曾|否认|本人否认|不是|并未)[去到途经在接有来旅武湖疫居任此相该以上明从]"
)
TICK: Final = r"是的?|对|y|yes|t|true|√|✓|✔|☑|v|1"  # a yes that names nothing, in small letters
_YES = re.compile(rf"^({TICK}|有的?|属于)$|去[过了]|到过|途经|途径|经过|经停|来自|住过|^[有在曾是]|居住")
# Boxes drawn in the cell: □是☑否, 是√否□, 否√.
BOX = re.compile(r"[☑✓✔√■●✅□☐○◯]")
_BOX_FIRST = re.compile(r"([☑✓✔√■●✅□☐○◯])\s*(是|否|有|无)\s*")
_BOX_LAST = re.compile(r"(是|否|有|无)\s*([☑✓✔√■●✅□☐○◯]?)\s*")
# （√）是（ ）否: brackets to tick in are boxes.
_BRACKET_TICKED = re.compile(r"[(（【\[]\s*([✓✔√■●✅☑])\s*[)）】\]]")
_BRACKET_EMPTY = re.compile(r"[(（【\[]\s*[)）】\]]")
_EMPTY_BOXES: Final = "□☐○◯"
# 否，仅在本县 is a no with its reason, if nothing in that takes it back; 武汉 where one is asked for it is a yes.
_NO_REASONED = re.compile(
    r"^(否|没有?|无|不是)\s*[,、;(。](?!.*(去过|到过|途[经径]|经过|来自|返回|接触))|^非(武汉|湖北|疫区|涉鄂)"
)
_NAMED = re.compile(r"^(从|由|自|来自)?(湖北|武汉|疫区)(?!.*籍)")
# 在家 and 去过郑州 say where, and nothing of where it is asked about.
_WHERE = re.compile(
    r"^(?![是有对√✓✔☑]).*?(?:去[过了]|到过|途[经径]|经[过停]|来自|住过|居住|在)([^,、;。(:]*)"
)
_ASKED_ABOUT = re.compile(
    r"[疫鄂]|武[汉昌]|汉[口阳川]|湖北|重点|风险|[该当那][地里]|荆[州门]|孝感|黄[冈石]|襄[阳樊]|宜昌|十堰|咸宁|随州|恩施"
    r"|仙桃|潜江|天门|神农架"
)
_TIMES = re.compile(r"[\d一二两三几年月日号时次天.\s]+")
_LETTERED = re.compile(r"^[a-f]\s*[.、:](?=.)")  # A.是, as a questionnaire letters its answers
_UNSURE = re.compile(r"[吗？?没未无不否非]|可能")


def understand_yes_no(cell: Cell, _context: Context) -> Understood:
    """True or False from the many ways to tick a box."""
    if isinstance(cell, bool):
        return Understood(cell)
    text = narrow(clean(number_text(cell))).lower().rstrip("。.;；!！,，")
    text = _LETTERED.sub("", text)
    if len(text) > 1 and BOX.search(text):
        text = _BRACKET_EMPTY.sub("□", _BRACKET_TICKED.sub(r"\1", text))
        ticked = _ticked(text)
        return Understood(None, ("CHOICE_UNREADABLE",)) if ticked is None else Understood(ticked)
    if _NO.search(text) or _NO_REASONED.search(text):
        return Understood(False)
    if (_YES.search(text) or _NAMED.search(text)) and not _UNSURE.search(text):
        where = _WHERE.match(text)
        elsewhere = where and _TIMES.sub("", where[1]) and not _ASKED_ABOUT.search(where[1])
        return Understood(None, ("CHOICE_UNREADABLE",)) if elsewhere else Understood(True)
    return NOTHING if unsaid(text) or not text else Understood(None, ("CHOICE_UNREADABLE",))


def _ticked(text: str) -> bool | None:
    """The one choice with a tick at its box; None where none, both or who knows which has it."""
    first = BOX.match(text) is not None
    found = list((_BOX_FIRST if first else _BOX_LAST).finditer(text))
    if "".join(match[0] for match in found) != text:
        return None
    pairs = [(match[1], match[2]) if first else (match[2], match[1]) for match in found]
    chosen = [word for box, word in pairs if box and box not in _EMPTY_BOXES]
    # 是否√ may be a question with a tick behind it, 是 否√ is none.
    if len(chosen) != 1 or (not pairs[0][0] and not text[1:2].isspace()):
        return None
    return chosen[0] in ("是", "有")


_TRANSPORT: Final = [
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"高铁|动车|城际", "高铁"),
        (r"火车|铁路|列车|普列|快车", "火车"),
        (r"飞机|航班|航空|乘机|坐机", "飞机"),
        (r"自驾|开车|驾车|小汽?车|轿车|自家车|自备车|私家?车", "自驾"),
        (r"拼车|顺风车|网约车|出租|打车|的士|滴滴|包车", "拼车"),
        (r"大巴|客车|汽车|班车|长途车|大客|中巴|公交", "大巴"),
        (r"船|轮渡", "轮船"),
        (r"摩托|电动车|骑行|自行车|三轮", "摩托车"),
        (r"步行|走路", "步行"),
    )
]
_USUAL = re.compile(r"高铁|动车|火车|飞机|大巴|客车|汽车|自驾|拼车|出租车|网约车|轮船|摩托车|步行")
_NUMBERED = re.compile(
    r"(?<![A-Z0-9])([GDCZTKYL]\d{1,4}(?:/[A-Z]?\d{1,4})?(?:次)?|(?:[A-Z][A-Z0-9]|[0-9][A-Z])\d{3,4}(?!\d)"
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·.\s]?[A-Z0-9]{4,6}[A-Z0-9挂学警港澳]?)"
)


def understand_transport(cell: Cell, _context: Context) -> Understood:
    """Usual words as written, others by kind; the number of a train, flight or car goes apart."""
    text = narrow(clean(number_text(cell)))
    if not text or unsaid(text):
        return NOTHING
    number = _NUMBERED.search(text.upper())
    more = {"transport_no": re.sub(r"[·.\s]", "", number[1]).removesuffix("次")} if number else None
    if _USUAL.fullmatch(text):
        return Understood(text, (), more)
    for pattern, kind in _TRANSPORT:
        if pattern.search(text):
            return Understood(kind, (), more)
    if number and number[0] == text.upper():
        return Understood(None, (), more)
    return Understood(text, (), more)


def understand_transport_no(cell: Cell, context: Context) -> Understood:
    """A number plate in its one form; the number of a train or a flight, or several, as written."""
    found = understand_text(cell, context)
    if not found.value or unsaid(found.value):
        return NOTHING
    try:
        return Understood(plates.read(found.value).text)
    except Refusal:
        return found


def understand_doc_kind(cell: Cell, _context: Context) -> Understood:
    """The name of the document; the resident card needs none."""
    text = narrow(clean(number_text(cell)))
    return NOTHING if "身份证" in text or unsaid(text) else Understood(text)
