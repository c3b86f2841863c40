"""Names: of one person, whole, as on the card. What was lost or hidden is not made up."""

from __future__ import annotations

import re

from .cells import NOTHING, Context, Understood, clean, narrow, understand_place, unsaid
from .files import Cell

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af〇"
_SIMPLE_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_HAN_NAME = re.compile(f"[{_HAN}\ue000-\uf8ff]{{2,7}}|[{_HAN}]{{1,12}}(·[{_HAN}]{{1,12}}){{1,4}}")
_LATIN_NAME = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]+([ .'·,-]+[A-Za-zÀ-ɏḀ-ỿ]+)*\.?")
_DOTS = re.compile(f"(?<=[{_HAN}])\\s*[.．。•‧∙⋅・●﹒･··᛫・⸱`˙ᐧ]\\s*(?=[{_HAN}])")
_BESIDE = re.compile(r"[(（【\[][^)）】\]]*[)）】\]]*$")
# 1. and ★ and 【低保】 before a name: what the clerk counts or marks the person by.
_BEFORE = re.compile(r"^(?:\d{1,3}\s*[.、．)）]\s*|[★☆▲△◆◇※◎]+\s*|[(（【\[][^)）】\]]*[)）】\]]\s*)+")
# A full stop, a comma or quotation marks around a name are no part of it.
_AROUND = re.compile(f"^['\"“”‘’`]+|(?<=[{_HAN}])['\"“”‘’`.。．·•,，、;；:：]+$")
_TITLES = re.compile(r"(同志|先生|女士|小姐|师傅|老师)$")
_TWO_NAMES = re.compile(f"[{_HAN}]{{2,4}}\\s*[、，,;；/和及与&＋+]\\s*[{_HAN}]{{2,4}}")
_PAIR = re.compile(f"[{_HAN}]{{2,4}}\\s+[{_HAN}]{{2,4}}")
_SEX_BESIDE = re.compile(f"[{_HAN}]{{2,4}}\\s+[男女]")  # the sex slipped into the cell, or 胜男 was cut
_LOST = re.compile(r"[?？\ufffd□■▇〓]")
_HIDDEN = re.compile(r"[*＊xX×某]{1,3}$|[*＊×]|^某|某某")


def understand_name(cell: Cell, _context: Context) -> Understood:
    """One person's name, without spaces, titles and remarks; the middle dot of minority names as ·."""
    if not isinstance(cell, str):
        return Understood(None, ("NAME_UNREADABLE",))
    if _SIMPLE_NAME.fullmatch(cell) and "某" not in cell and cell[-2:] not in _WORD_ENDS:
        return Understood(cell)
    return _odd_name(clean(cell))


def understand_head(cell: Cell, context: Context) -> Understood:
    """The head of a household as his own line names him; 本人 and what else is no name as it is written."""
    named = understand_name(cell, context).value
    return Understood(named) if named else understand_place(cell, context)


_DOUBLE_SURNAMES = frozenset(
    re.findall(
        "..", "欧阳上官司马诸葛东方皇甫尉迟公孙慕容司徒令狐长孙宇文夏侯钟离端木南宫独孤呼延闻人申屠淳于单于"
    )
)
# Words in the column of names that name nobody.
_NOBODY = re.compile(
    "没有|暂无|不详|未知|不明|未填|待查|同上|同前|本人|户主|新生儿|婴儿|婴幼儿|小孩|孩子|未取名|未起名|未命名|无名|家属|全家|空白|其[他它]|若干"
)
# 康蕾之子, 康蕾柔一家: somebody else than who is named.
_KIN = re.compile(
    r"(之[子女妻夫父母]|女儿|儿子|夫妇|夫妻|妻子|丈夫|爱人|老婆|媳妇|孙子|孙女|外孙|父亲|母亲|家人|家属|[父母][子女]|等\d*人?)$"
    r"|.{2}(一家|全家)$|家[一二三四五六七八九十两\d]+口人?$"
)
# How such words, and titles, end: whoever's name does not is surely a name.
_WORD_ENDS = frozenset(
    re.findall(
        "..",
        "同志先生女士小姐师傅老师之子之女之妻之夫之父之母女儿儿子夫妇夫妻妻子丈夫爱人老婆媳妇孙子孙女外孙父亲母亲家人家属父子父女母子"
        "母女一家全家两口三口四口五口六口七口没有暂无不详未知不明未填待查同上同前本人户主生儿婴儿幼儿小孩孩子取名起名命名无名空白其他其它若干",
    )
)


def _odd_name(text: str) -> Understood:
    codes: list[str] = []
    if not text or unsaid(text):
        return NOTHING
    if _LOST.search(text):
        return Understood(None, ("NAME_CHARACTER_LOST",))
    text = _AROUND.sub("", narrow(text))
    bare = _TITLES.sub("", _BESIDE.sub("", _BEFORE.sub("", text)).strip())
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
        if _SEX_BESIDE.fullmatch(dotted):
            return Understood(None, ("NAME_UNREADABLE",))
        # 张 三 and 欧阳 修远 are one person, 张三 李四 are two.
        if _PAIR.fullmatch(dotted) and dotted[:2] not in _DOUBLE_SURNAMES:
            return Understood(None, ("NAME_TWO",))
        codes.append("SPACES_STRIPPED")
    if not _HAN_NAME.fullmatch(squeezed) or _NOBODY.fullmatch(squeezed) or _KIN.search(squeezed):
        return Understood(None, ("NAME_UNREADABLE",))
    return Understood(squeezed, tuple(codes))
