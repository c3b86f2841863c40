"""One house's address however it is written: full-width or not, in figures or in characters, 号 or 号院."""

from __future__ import annotations

import re
import unicodedata

_HAN = {char: n for n, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100}
# Only what counts something is a number: 三里村 and 五星组 keep their names.
_COUNTED = re.compile(r"([〇零一二两三四五六七八九十百]+)(?=号|组|队|社|栋|幢|单元|室|层|排|巷|弄)")
_GROUP = re.compile(r"(?:村民)?小组")
_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
# Between two figures a mark parts them: 1、12号 is neither 112号 nor 11、2号.
_PARTED = re.compile(r"(?<=\d)[-\s,.。、;:·—–―~]+(?=\d)")
_BETWEEN = re.compile(r"[-\s,.。、;:·()—–―~]+")
_SEAT = r"(?:村民委员会|居民委员会|村委会|居委会|委会)"
_SUFFIX = re.compile(rf"(?:社区|村)?{_SEAT}?$")
# What lies above a village; a word before its name that is none of these is another name: 西城关村.
_ABOVE = r"(?:.*(?:[省市县区乡镇]|街道|街道办事处))?"
# 城关村村东 is what 城关村东 means: in both the village lies east.
_SIDE = re.compile(r"^村(?=[东西南北中前后头口尾])")


def normal(address: str, village: str = "") -> str:
    """The address as it is compared, never as it is shown: without the name of its own village and what lies
    above it, "" where it says no more. What differs in a number, a group or a word stays different."""
    text = _GROUP.sub("组", unicodedata.normalize("NFKC", address)).replace("#", "号")
    text = _COUNTED.sub(_figures, text)
    text = _BETWEEN.sub("", _PARTED.sub("至", text)).removesuffix("院")
    text = _ZEROS.sub("", text.replace("门牌", "").replace("第", ""))
    return _SIDE.sub("", _below(text, village))


def _below(text: str, village: str) -> str:
    stem = _SUFFIX.sub("", village)
    if len(stem) < 2:
        return text
    found = re.match(rf"{_ABOVE}{re.escape(stem)}(?:(?:社区|村)?{_SEAT}|社区|村|(?=\d))", text)
    return text[found.end() :] if found else text


def _figures(match: re.Match[str]) -> str:
    text = match[1]
    if not any(char in _TENS for char in text):
        return "".join(str(_HAN[char]) for char in text)
    total, digit = 0, None
    for char in text:
        if char in _TENS:
            total += (1 if digit is None else digit) * _TENS[char]
            digit = None
        else:
            digit = _HAN[char]
    return str(total + (digit or 0))
