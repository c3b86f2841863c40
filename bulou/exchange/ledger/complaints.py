"""What a column of symptoms says, in the words of the rules. Only what is certain; else nothing."""

from __future__ import annotations

import re
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
_NONE: Final = re.compile(
    r"(无|没有|未见|否|正常|健康|良好|一切正常|身体(健康|良好|正常)"
    r"|(无|没有|未见)(明显|任何)?(异常|症状|不适)(症状|情况)?)[。.!！]?"
)
# 无发热、咳嗽: the word that denies holds for what follows it up to the end of the clause.
_DENIED: Final = re.compile(r"(无|没有|未见|未出现|否认|不)[^,，;；。但]*")


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
