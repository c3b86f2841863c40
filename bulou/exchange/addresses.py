"""One house's address however it is written: full-width or not, in figures or in characters, 号 or 号院."""

from __future__ import annotations

import re
import unicodedata

_HAN = {char: n for n, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100}
# Only what counts something is a number: 三里村 and 五星组 keep their names.
_COUNTED = re.compile(r"([〇零一二两三四五六七八九十百]+)(?=号|组|队|社|栋|幢|单元|室|层|排|巷|弄)")
_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_BETWEEN = re.compile(r"[\s,,.。、;;:·()()-]+")
_DASH = re.compile(r"(?<=\d)[-—–―~]+(?=\d)")
_SUFFIX = re.compile(r"(?:村民委员会|居民委员会|村委会|居委会|社区|村)$")


def normal(address: str, village: str = "") -> str:
    """The address as it is compared, never as it is shown: without the name of its own village and what lies
    above it. What differs in a number, a group or a word stays different."""
    text = _COUNTED.sub(_figures, unicodedata.normalize("NFKC", address))
    text = _BETWEEN.sub("", _DASH.sub("至", text)).removesuffix("院")
    text = _ZEROS.sub("", text.replace("门牌", "").replace("第", ""))
    return _below(text, village)


def _below(text: str, village: str) -> str:
    stem = _SUFFIX.sub("", village)
    if len(stem) < 2:
        return text
    found = re.match(rf".*?{re.escape(stem)}(?:村民委员会|居民委员会|村委会|居委会|社区|村)", text)
    rest = text[found.end() :] if found else text
    return rest or text


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
