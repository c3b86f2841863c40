"""Understanding one cell: what each understander takes and gives, and the plain kinds (names, choices, texts).

An understander is `(cell, context) -> Understood`. It never guesses: what it cannot tell stays without a value
and says so by a code (`codes.py`). Cells are never empty here.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from .files import Cell

# What thermometers for people can show; which of it is a fever is a rule of the day and comes from the caller.
THERMOMETER_TENTHS: Final = (340, 430)


class Understood(NamedTuple):
    """`value` is ready for JSON (None: not understood or nothing said); `more` holds further fields of the cell."""

    value: Any = None
    codes: tuple[str, ...] = ()
    more: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a cell cannot know: the form's day (None: it bears none), a day to take years from, today, the fever line."""

    form_day: dt.date | None
    anchor: dt.date
    today: dt.date
    fever_tenths: int
    thermometer: tuple[int, int] = THERMOMETER_TENTHS


NOTHING: Final = Understood()

_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_UNSAID = frozenset(
    "无 没有 暂无 不详 不清楚 未知 不知道 未知道 不明 / // \\ - -- — —— － ／ 、 . 。 ? ？ 空 略 N/A n/a NA none null 未填 不便透露 待查 待核实".split()
)
DITTO: Final = frozenset("同上 〃 ″ \" ” “ '' ” 同前 同上行 ditto 同左".split())


def unsaid(text: str) -> bool:
    """A sign or word that stands for an empty cell."""
    return text in _UNSAID


def narrow(text: str) -> str:
    """Full-width letters, digits and signs as ordinary ones; characters of names stay what they are."""
    return text.translate(_WIDE)


def clean(text: str) -> str:
    """Without invisible signs and outer spaces."""
    return _INVISIBLE.sub("", text).strip()


def number_text(cell: Cell) -> str:
    """A number as its plain digits; text as it is."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)


def understand_text(cell: Cell, _context: Context) -> Understood:
    """Free text, kept as written but for outer spaces."""
    if isinstance(cell, str):
        text = cell.strip()
        return Understood(text) if text and not _UNSAID_TEXT.fullmatch(text) else NOTHING
    if isinstance(cell, (dt.date, dt.time)):
        return Understood(cell.isoformat())
    return Understood(number_text(cell))


def understand_place(cell: Cell, context: Context) -> Understood:
    """An address or a place: spaces and line breaks inside it mean nothing."""
    found = understand_text(cell, context)
    return Understood(re.sub(r"\s+", "", found.value)) if found.value and not found.value.isascii() else found


_UNSAID_TEXT = re.compile(r"[-—－/\\、.。]+")

# names -----------------------------------------------------------------------------------------------------------
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af〇"
_SIMPLE_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_HAN_NAME = re.compile(f"[{_HAN}\ue000-\uf8ff]{{2,8}}|[{_HAN}]{{1,12}}(·[{_HAN}]{{1,12}}){{1,4}}")
_LATIN_NAME = re.compile(r"[A-Za-zÀ-ɏ]+([ .'·,-]+[A-Za-zÀ-ɏ]+)*\.?")
_DOTS = re.compile(f"(?<=[{_HAN}])\\s*[.．。•‧∙⋅・●﹒･··᛫・⸱`]\\s*(?=[{_HAN}])")
_BESIDE = re.compile(r"[(（【\[].*?[)）】\]]?$")
_TITLES = re.compile(r"(?<=..)(同志|先生|女士|小姐|师傅|老师)$")
_TWO_NAMES = re.compile(f"[{_HAN}]{{2,4}}\\s*[、，,;；/和及与&＋+]\\s*[{_HAN}]{{2,4}}")
_LOST = re.compile(r"[?？\ufffd□■▇〓]")
_HIDDEN = re.compile(r"[*＊xX×某]{1,3}$|[*＊×]|^某|某某")


def understand_name(cell: Cell, _context: Context) -> Understood:
    """One person's name, without spaces, titles and remarks; the middle dot of minority names as ·."""
    if not isinstance(cell, str):
        return Understood(None, ("NAME_UNREADABLE",))
    if _SIMPLE_NAME.fullmatch(cell) and "某" not in cell and cell not in _UNSAID and cell[-2:] not in _TITLE_ENDS:
        return Understood(cell)
    return _odd_name(clean(cell))


_TITLE_ENDS = frozenset(("同志", "先生", "女士", "小姐", "师傅", "老师"))


def _odd_name(text: str) -> Understood:
    codes: list[str] = []
    if not text or unsaid(text):
        return NOTHING
    if _LOST.search(text):
        return Understood(None, ("NAME_CHARACTER_LOST",))
    text = narrow(text)
    bare = _TITLES.sub("", _BESIDE.sub("", text).strip())
    if bare != text:
        codes.append("NAME_TITLE")
    if _HIDDEN.search(bare) and not _LATIN_NAME.fullmatch(bare):
        return Understood(None, ("NAME_MASKED",))
    if _TWO_NAMES.fullmatch(bare):
        return Understood(None, ("NAME_TWO",))
    dotted = _DOTS.sub("·", bare)
    if dotted != bare:
        codes.append("NAME_DOT_VARIANT")
    if _LATIN_NAME.fullmatch(dotted):
        return Understood(re.sub(r"\s+", " ", dotted), tuple(codes))
    squeezed = re.sub(r"\s+", "", dotted)
    if squeezed != dotted:
        # 张三 李四 are two people, 张 三 is one; full names never have a space between pairs of characters.
        if re.fullmatch(f"[{_HAN}]{{2,4}}\\s+[{_HAN}]{{2,4}}", dotted) and len(squeezed) > 4:
            return Understood(None, ("NAME_TWO",))
        codes.append("SPACES_STRIPPED")
    if not _HAN_NAME.fullmatch(squeezed):
        return Understood(None, ("NAME_UNREADABLE",))
    return Understood(squeezed, tuple(codes))


# choices ---------------------------------------------------------------------------------------------------------
_MEN = frozenset("男 男性 男士 男孩 m male M Male 先生".split())
_WOMEN = frozenset("女 女性 女士 女孩 f female F Female".split())


def understand_sex(cell: Cell, _context: Context) -> Understood:
    """男 or 女; 1 and 2 as GB/T 2261.1 has them."""
    text = narrow(clean(number_text(cell)))
    if text in _MEN or text == "1":
        return Understood("男")
    if text in _WOMEN or text == "2":
        return Understood("女")
    return NOTHING if unsaid(text) else Understood(None, ("SEX_UNREADABLE",))


_NO = re.compile(
    r"^(否|无|没有|没|未|不|不是|n|no|f|false|×|✗|✕|❌|x|0|没去|未去|否认|从未|非|没有去过)$|^(没有?|未曾?|无|从未|不曾|否认|不是|并未)(去|到|途|经|在|接|有|来|旅|"
    r"武|湖|疫|居|任|此|相|该|以|上|明|从)"
)
_YES = re.compile(
    r"^(是|有|对|y|yes|t|true|√|✓|✔|☑|v|1|去过|到过|来自|途经|属于|是的|有的)$|^(有|去过|到过|途经|途径|经过|经停|来自|居住|住过|在|曾|是)"
)


def understand_yes_no(cell: Cell, _context: Context) -> Understood:
    """True or False from the many ways to tick a box."""
    if isinstance(cell, bool):
        return Understood(cell)
    text = narrow(clean(number_text(cell))).lower()
    if _NO.search(text):
        return Understood(False)
    if _YES.search(text) and not re.search(r"(吗|？|\?|不详|不清|可能|是否)", text):
        return Understood(True)
    return NOTHING if unsaid(text) or not text else Understood(None, ("CHOICE_UNREADABLE",))


# transport -------------------------------------------------------------------------------------------------------
_TRANSPORT: Final = [
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"高铁|动车|城际", "高铁"), (r"火车|铁路|列车|普列|快车", "火车"), (r"飞机|航班|航空|乘机|坐机", "飞机"),
        (r"自驾|私家车|自己开车|开车|驾车|小车|小汽车|小轿车|轿车|自家车|自备车|私车", "自驾"),
        (r"拼车|顺风车|网约车|出租|打车|的士|滴滴|包车", "拼车"),
        (r"大巴|客车|汽车|班车|长途车|大客|中巴|公交", "大巴"), (r"轮船|船|轮渡", "轮船"),
        (r"摩托|电动车|骑行|自行车|三轮", "摩托"), (r"步行|走路", "步行"),
    )
]  # fmt: skip
_USUAL: Final = frozenset("高铁 动车 火车 飞机 大巴 客车 汽车 自驾 拼车 出租车 网约车 轮船 摩托车 步行".split())
_NUMBERED = re.compile(
    r"(?<![A-Za-z0-9])([GDCZTKYL]\d{1,4}(?:/\d{1,4})?(?:次)?|(?:[A-Z][A-Z0-9]|[0-9][A-Z])\d{3,4}(?!\d)|"
    r"[\u4e00-\u9fff][A-Z][·.\s]?[A-Z0-9]{4,6}[A-Z0-9挂学警港澳]?)"
)


def understand_transport(cell: Cell, _context: Context) -> Understood:
    """The kind of transport: usual words as written, others by kind; a train, flight or plate number goes apart."""
    text = narrow(clean(number_text(cell)))
    if not text or unsaid(text):
        return NOTHING
    number = _NUMBERED.search(text.upper())
    more = {"transport_no": re.sub(r"[·.\s]", "", number[1]).removesuffix("次")} if number else None
    if text in _USUAL:
        return Understood(text, (), more)
    for pattern, kind in _TRANSPORT:
        if pattern.search(text):
            return Understood(kind, (), more)
    if number and number[0] == text.upper():
        return Understood(None, (), more)
    return Understood(text, (), more)


def understand_doc_kind(cell: Cell, _context: Context) -> Understood:
    """The name of the document; the resident card needs none."""
    text = narrow(clean(number_text(cell)))
    return NOTHING if "身份证" in text or unsaid(text) else Understood(text)
