"""What a column of symptoms says, in the words of the rules. Only what is certain; else nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_WORDS: Final[tuple[tuple[str, str], ...]] = (
    ("fever", "发热|发烧|高烧|低烧|高热|低热"),
    ("dry-cough", "干咳"),
    ("cough", "(?<!干)咳"),
    ("breathlessness", "气促|气短|气喘|呼吸困难|呼吸急促|胸闷|憋气"),
    ("sore-throat", "咽痛|嗓子疼|喉咙痛|咽喉痛|嗓子痛"),
    ("runny-nose", "流涕|鼻塞|流鼻涕"),
    ("headache", "头痛|头疼"),
    ("muscle-ache", "肌肉酸痛|肌痛|全身酸痛"),
    ("vomiting", "呕吐"),
    ("diarrhoea", "腹泻|拉肚子"),
    ("fatigue", "乏力|无力"),
    ("conjunctival-congestion", "结膜充血"),
    ("rash", "皮疹"),
)
_FOUND: Final = [(word, re.compile(pattern)) for word, pattern in _WORDS]
# What may stand around complaints and says nothing else.
_AROUND: Final = re.compile(r"有点?|伴随?|轻微|稍微?|明显|症状|[,，;；。、和及\s]")
_COMPLAINTS: Final = re.compile("|".join([*(pattern for _word, pattern in _WORDS), "嗽"]))
_HINT: Final = re.compile("[热烧温度℃°]")
# A remark may tell of a fever in passing, of one that is over, of what to do in case of one, or of a patient met.
_HOT: Final = re.compile("发热|发烧|高烧|低烧|高热|低热")
_NO_FEVER: Final = re.compile(
    r"(?:发热|发烧)(?:病人|患者|人员|病例|者)"
    r"|(?:发热|发烧)(?:[:：（(](?:无|否|没有|未)|[无否](?=$|[,，;；。]))"
    r"|(?:是否|有无)[^,，;；。]*"
)
_OVER: Final = re.compile(r"退[烧热]|已退|[已痊治]愈|康复|恢复正常|已正常|[复检]查正常|阴性|排除|解除|好转")
_NOT_NOW: Final = re.compile(
    r"曾|以前|之前|此前|前期|上周|上月|去年|如[果有发遇出]|如$|若|一旦|万一|出现.*(?:立即|及时|马上|报告|上报|就医)"
    r"|注意|预防|防止|监测|观察.*(?:有无|是否)"
)
_MEASURED: Final = re.compile(
    r"(?:体温|高达|烧到|发烧|发热)\D{0,4}((?:3[5-9]|4[0-3])(?:[.．。点]\d)?)(?!\d)"
    r"|(?<!\d)((?:3[5-9]|4[0-3])[.．。点]\d)(?:度|℃|°)"
)
_NONE: Final = re.compile(
    r"(无|没有|未见|否|正常|健康|良好|一切正常|身体(健康|良好|正常)"
    r"|(无|没有|未见)(明显|任何)?(异常|症状|不适)(症状|情况)?)[。.!！]?"
)
# 无发热、咳嗽: the word that denies holds for what follows it up to the end of the clause.
# 无力 and 身体不适 deny nothing.
_DENIED: Final = re.compile(r"(无(?!力)|没有?|未|否认|不(?![适舒明退]))[^,，;；。但]*")


@lru_cache(maxsize=4096)  # few texts say all that a file's lines say
def complaints(text: str | None) -> tuple[str, ...] | None:
    """Words of the rules; () where the text says that there are none, None where it cannot be told."""
    if not text:
        return None
    said = re.sub(r"\s+", "", text)
    if _NONE.fullmatch(said):
        return ()
    left = _DENIED.sub("", said)
    found = tuple(word for word, pattern in _FOUND if pattern.search(left))
    if found:
        return found
    denied = any(pattern.search(said) for _word, pattern in _FOUND)
    return () if denied and not re.sub(r"[,，;；。、]", "", left) else None


def names_only(remark: str) -> bool:
    """Whether a remark names complaints and says nothing else: 轻微咳嗽、乏力."""
    return bool(complaints(remark)) and not _COMPLAINTS.sub("", _AROUND.sub("", remark))


def tells_of_fever(remark: str, fever_tenths: int) -> bool:
    """Whether a remark (备注) says that somebody has a fever now: in a word, or by a number from the line on.

    Whose it is, a remark may leave open: somebody looks. What denies it, is over or only warns, is none.
    """
    if not _HINT.search(remark):
        return False
    said = _NO_FEVER.sub("", re.sub(r"\s+", "", remark))
    if _OVER.search(said):
        return False
    for clause in re.split("[,，;；。！!]|但是?", re.sub(r"(?<=\d)[。．点](?=\d)", ".", said)):
        clause = _DENIED.sub("", clause)
        if _NOT_NOW.search(clause):
            continue
        degrees = [float(one or two) for one, two in _MEASURED.findall(clause)]
        if _HOT.search(clause) if not degrees else max(degrees) * 10 >= fever_tenths:
            return True
    return False
