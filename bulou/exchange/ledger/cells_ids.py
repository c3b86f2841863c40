"""Identity numbers, other documents and phones. What a spreadsheet has broken is held, never mended."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from bulou.lib import phones, resident_id
from bulou.lib.refusals import Refusal

from .cells import NOTHING, Context, Understood, clean, narrow, number_text, unsaid
from .files import Cell

_WHOLE = re.compile(r"[0-9]{17}[0-9X]")
_SCIENTIFIC = re.compile(r"\d([.,]\d+)?\s*[eE]\s*\+?\s*\d{1,2}")
_TRICK = re.compile(r"^\s*=\s*\"(.*)\"\s*$|^\s*=\s*“(.*)”\s*$", re.DOTALL)
_MARKS = re.compile(r"^['’‘`´\"“”]+|['’‘`´\"“”]+$")
_LABEL = re.compile(
    r"^(身份证件?号?码?|公民身份号码|证件号码?|号码|id|护照号?码?|(?:港澳.{0,6}|往?来.{0,3}港澳)通行证|[军士警]官证|居[住留]证)"
    r"\s*[:：]?\s*(?=[A-Za-z]{0,2}\d|.{1,3}字第?\d)",
    re.IGNORECASE,
)
# There is none yet, and the clerk says so.
_NOT_YET = re.compile(
    r"(尚|还)?[未没](办理?|上户口?|落户|报户口|领证?)(身份证)?|无(身份证号?码?|证件?|户口)|正?在?办理中"
)
_SEVERAL = re.compile(r"(?<!\d)\d{15}(?:\d{2}[\dXx])?(?![\dXx])")
_APART = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
# What may stand beside a number without making it another's or a doubtful one.
_SAYS_NOTHING = re.compile(
    r"(?:有效期限?|有效|期限|证件|身份证|到期|截止|截至|长期|永久|本人|二代|已?(?:核[实对验]?|查验)|正确|无误|自|起|至|到|为|止"
    r"|(?:19|20)\d\d[-./年]\d{1,2}(?:[-./月]\d{1,2}日?)?|(?:19|20)\d{6}|[\s()\[\]【】,;:、.。~～—–-])*"
)
_MASK = re.compile(r"[*＊●•xX×]{2,}|[*＊●]")
# Excel keeps 15 digits and writes noughts behind them. A sound number hardly ever ends so: held as well.
_LOST_TAIL = "000"
_FAULTS: Final = {
    resident_id.DIGITS_15: "ID_15_DIGIT",
    resident_id.LENGTH: "ID_LENGTH",
    resident_id.CHARACTERS: "ID_UNREADABLE",
    resident_id.CHECK_DIGIT: "ID_CHECKSUM",
    resident_id.BIRTH_DATE: "ID_BIRTH_IMPOSSIBLE",
    resident_id.BIRTH_FUTURE: "ID_BIRTH_IMPOSSIBLE",
}
_DOCUMENTS: Final = [
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"[HM]\d{8}(\d{2})?", "港澳居民来往内地通行证"), (r"C[A-Z]\d{7}|[WC]\d{8}", "往来港澳通行证"),
        (r"[EG]\d{8}|E[A-HJ-NP-Z]\d{7}|[DSP]E?\d{7,8}", "护照"),
        (r"(?=[A-Z0-9]*\d)[A-Z]{1,2}\d{6,8}", "护照"), (r"[A-Z]{3}\d{12}", "外国人永久居留身份证"),
        (r"[A-Z]\d{9}", "出生医学证明"),
        (r".{1,3}字第?\d{4,10}号?", "军官证"),
        (r"(?:台胞证|台湾居民来往大陆通行证)[:：]?(?P<number>\d{8})", "台湾居民来往大陆通行证"),
    )
]  # fmt: skip
_CROSSES: Final = {ord(sign): "X" for sign in "×✕ХΧ"}
_RESIDENCE = ("810000", "820000", "830000")


def understand_id(cell: Cell, context: Context) -> Understood:
    """A resident ID; `more` holds what it says of sex and birth, or the kind and number of another paper."""
    if isinstance(cell, str):
        if _WHOLE.fullmatch(cell):
            return _checked(cell, context, ())
        return _odd(cell, context)
    if isinstance(cell, (bool, dt.date, dt.time, dt.timedelta)):
        return Understood(None, ("ID_UNREADABLE",))
    if cell >= 1e15:
        return Understood(None, ("ID_NUMERIC_LOST",))
    return _odd(number_text(cell), context)


def _checked(number: str, context: Context, codes: tuple[str, ...]) -> Understood:
    if number.endswith(_LOST_TAIL):
        return Understood(None, ("ID_NUMERIC_LOST", *codes))
    try:
        found = resident_id.parse(number, context.today)
    except Refusal as refusal:
        return Understood(None, (_FAULTS.get(refusal.code, "ID_UNREADABLE"), *codes))
    more = {"sex": found.sex, "birth_date": found.birth_date.isoformat()}
    if number.startswith(_RESIDENCE):
        more["doc_kind"] = "港澳台居民居住证"
    return Understood(found.number, codes, more)


def _odd(written: str, context: Context) -> Understood:
    """Anything but eighteen plain characters: signs and spaces come off and are named, the rest is held."""
    codes: list[str] = []
    text = clean(written)
    if trick := _TRICK.match(text):
        text = clean(trick[1] if trick[1] is not None else trick[2])
        codes.append("EXCEL_TEXT_TRICK")
    if (unmarked := _MARKS.sub("", text)) != text:
        text = unmarked
        codes.append("EXCEL_TEXT_TRICK")
    if (narrowed := narrow(text)) != text:
        text = narrowed
        codes.append("FULL_WIDTH")
    text = _LABEL.sub("", text)
    if not text or unsaid(text) or _NOT_YET.fullmatch(text):
        return NOTHING
    if _SCIENTIFIC.fullmatch(text):
        return Understood(None, ("ID_SCIENTIFIC_TEXT",))
    if len(set(_SEVERAL.findall(text))) > 1:
        return Understood(None, ("ID_TWO",))
    if (alone := _APART.search(text)) and _SAYS_NOTHING.fullmatch(_APART.sub(" ", text)):
        if alone[0] != text:
            codes.append("ID_REMARK")
        text = alone[0]
    squeezed = re.sub(r"[\s\-‐–—_.]+", "", text).upper()
    if re.search(r"\s", written.strip("\r\n")) or squeezed != text.upper():
        codes.append("SPACES_STRIPPED")
    squeezed = squeezed.translate(_CROSSES)
    codes = list(dict.fromkeys(codes))
    if squeezed.endswith(".0") and squeezed[:-2].isdigit():
        squeezed = squeezed[:-2]
    if _WHOLE.fullmatch(squeezed):
        return _checked(squeezed, context, tuple(codes))
    return _not_resident(text, squeezed, tuple(codes))


def _not_resident(text: str, squeezed: str, codes: tuple[str, ...]) -> Understood:
    if re.fullmatch(r"\d{15}", squeezed):
        return Understood(None, ("ID_15_DIGIT", *codes))
    if _MASK.search(text) and re.search(r"\d{2}", text):
        return Understood(None, ("ID_MASKED", *codes))
    if re.fullmatch(r"\d{11,}X?", squeezed):
        return Understood(None, ("ID_LENGTH", *codes))
    for pattern, kind in _DOCUMENTS:
        if match := pattern.fullmatch(squeezed):
            number = match.groupdict().get("number") or squeezed
            return Understood(None, ("DOC_NOT_RESIDENT_ID", *codes), {"doc_kind": kind, "doc_number": number})
    return Understood(None, ("ID_UNREADABLE", *codes))


def understand_document(cell: Cell, context: Context) -> Understood:
    """The number of some other document, as written without spaces."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and cell >= 1e15:
        return Understood(None, ("ID_NUMERIC_LOST",))
    text = re.sub(r"\s+", "", narrow(clean(number_text(cell)))).upper()
    if not text or unsaid(text):
        return NOTHING
    if _WHOLE.fullmatch(text):
        return understand_id(text, context)
    return Understood(text)


# phones
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
# Words beside a phone; an area code in brackets is part of it.
_BESIDE = re.compile(r"[(（【\[](?!0\d{2,3}[)）】\]])[^)）】\]]*[)）】\]]?|[\u4e00-\u9fff]+[:：]?")


# Two numbers that lost the line break between them.
_TOGETHER = re.compile(r"^(1[3-9]\d{9})(1[3-9]\d{9})$")


def understand_phone(cell: Cell, _context: Context) -> Understood:
    """A phone number in one form; a second one in the same cell goes to `more["phone2"]`."""
    if isinstance(cell, float) and 1.3e10 <= cell < 2e10 and cell.is_integer():
        return Understood(str(int(cell)))
    text = cell if isinstance(cell, str) else number_text(cell)
    if _MOBILE.fullmatch(text):
        return Understood(text)
    return _odd_phone(narrow(clean(text)))


def _odd_phone(text: str) -> Understood:
    codes: tuple[str, ...] = ()
    if trick := _TRICK.match(text):
        text, codes = clean(trick[1] or ""), ("EXCEL_TEXT_TRICK",)
    text = _TOGETHER.sub(r"\1 \2", _MARKS.sub("", text))
    if not text or unsaid(text):
        return NOTHING
    if _SCIENTIFIC.fullmatch(text):
        return Understood(None, ("PHONE_SCIENTIFIC",))
    if _MASK.search(text):
        return Understood(None, ("PHONE_MASKED",))
    found: list[str] = []
    for part in phones.several(_BESIDE.sub(" ", text) if not _MOBILE.fullmatch(text) else text):
        try:
            found.append(phones.normalise(part))
        except Refusal:
            codes = (*codes, "PHONE_UNREADABLE")
    found = list(dict.fromkeys(found))
    if len(found) > 1:
        return Understood(found[0], (*codes, "PHONE_TWO"), {"phone2": found[1]})
    if found:
        return Understood(found[0], codes)
    return (
        Understood(None, tuple(dict.fromkeys((*codes, "PHONE_UNREADABLE"))))
        if re.search(r"\d", text)
        else NOTHING
    )
