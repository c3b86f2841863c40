"""Where somebody came from, out of free text: 湖北武汉市江岸区, 武汉, 鄂, 广东深圳市宝安区.

What is ambiguous stays unknown: 鼓楼区 alone is in four cities. Plain and cached, for thousands of rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from bulou.core.places.codes import COUNTY, LENGTHS
from bulou.core.places.files import UNSAID, counties

# The one-character names of the provinces, by code.
_ABBREVIATIONS = {
    sign: code
    for code, signs in re.findall(
        r"(\d\d)(\D+)",
        "11京12津13冀14晋15蒙21辽22吉23黑31沪申32苏33浙34皖35闽36赣37鲁"
        "41豫42鄂43湘44粤45桂46琼50渝51川蜀52贵黔53云滇54藏61陕秦62甘陇63青64宁65新71台81港82澳",
    )
    for sign in signs
}
_BEYOND_THE_LIST = {"71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区"}
_ANY_TOWN = {"矿区", "城区", "郊区"}
_MORE_SHORT = {"内蒙古": "15", "内蒙": "15"}
# Peoples that the names of autonomous divisions bear; those of one character only with 族.
_PEOPLES = (
    "蒙古|维吾尔|布依|朝鲜|土家|哈尼|哈萨克|傈僳|高山|拉祜|东乡|纳西|景颇|柯尔克孜|达斡尔|仫佬|布朗|撒拉|"
    "毛南|仡佬|锡伯|阿昌|普米|塔吉克|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
_PEOPLE = rf"(?:{_PEOPLES})族?|[回藏苗彝壮满侗瑶白傣黎佤畲水土羌怒京各]族"
_TAIL = re.compile(rf"(?:(?:{_PEOPLE})*自治[区州县旗]|特别行政区|林区|新区|矿区|地区|[省市县区盟旗])$")
_STATE = re.compile(rf"(?:{_PEOPLE})+自治州$")
_BLANK = re.compile(r"[\s·.,、/>\-—_|()\[\]]+")
_LEADING = re.compile(r"^(?:外省|省外|外地|返自|来自|现在|原在|从|自|由|在|于)+")
# "Not from Hubei", "outside Hubei": says where somebody does not come from.
_OUTSIDE = re.compile(r"^(?:非|除)|[省市]以?外")
_UNSAID = re.compile("^(?:市辖区|省直辖县级行政区划|自治区直辖县级行政区划)")
_LONGEST = 15


class Origin(NamedTuple):
    """The codes that a text gives, as deep as it is certain; each None when unknown."""

    province_code: str | None = None
    city_code: str | None = None
    county_code: str | None = None

    @property
    def code(self) -> str | None:
        """The deepest code known."""
        return self.county_code or self.city_code or self.province_code


class _Tables(NamedTuple):
    """Names to codes. `first`: what a text may begin with; `under`: the names within a province."""

    first: dict[str, str]
    under: dict[str, dict[str, str]]  # and, by city, those of its counties
    alone: dict[str, str]  # short names of counties that only one county has
    anywhere: re.Pattern[str]  # full names of provinces and cities, wherever they stand


def _short(name: str) -> str:
    base = _TAIL.sub("", name)
    return base if len(base) > 1 else name


def _forms(name: str) -> set[str]:
    """What a division is called: in full, short, and 恩施州 for the autonomous prefectures."""
    forms = {name, _short(name)}
    if _STATE.search(name):
        forms.add(_short(name) + "州")
    return forms


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The names that stand for one code only."""
    codes: dict[str, set[str]] = defaultdict(set)
    for name, code in pairs:
        codes[name].add(code)
    return {name: next(iter(found)) for name, found in codes.items() if len(found) == 1}


@cache
def _tables() -> _Tables:
    rows = counties()
    provinces = {row.code[:2]: row.province for row in rows.values()} | _BEYOND_THE_LIST
    cities = {row.code[:4]: row.city for row in rows.values() if row.city not in UNSAID}
    by_province = [(name, code) for code, full in provinces.items() for name in _forms(full)]
    by_city = [(name, code) for code, full in cities.items() for name in _forms(full)]
    full_county = [(row.name, row.code) for row in rows.values()]
    short_county = [(_short(row.name), row.code) for row in rows.values()]
    # The wider place has the name: 海南 is the province, 西安 the city. Only a district of a municipality
    # that bears a city's name (朝阳) makes it unclear.
    municipal = {name for name, code in short_county if provinces[code[:2]].endswith("市")}
    sure = [pair for pair in by_city if pair[0] not in municipal]
    own_words = [pair for pair in full_county if pair[0] not in _ANY_TOWN]
    first = _unique(own_words) | _unique(sure) | dict(by_province) | _MORE_SHORT
    under = _inside([*full_county, *short_county], 4)
    inside, cities_in = _inside([*full_county, *short_county], 2), _inside(by_city, 2)
    full_in = _inside(full_county, 2)
    for province in provinces:
        own = cities_in.get(province, {})
        whole = {name: code for name, code in full_in.get(province, {}).items() if name not in own}
        under[province] = inside.get(province, {}) | own | whole
    alone = {name: code for name, code in _unique(short_county).items() if name not in first}
    said = sorted([*provinces.values(), *cities.values()], key=len, reverse=True)
    return _Tables(first, under, alone, re.compile("|".join(map(re.escape, said))))


def _inside(pairs: list[tuple[str, str]], length: int) -> dict[str, dict[str, str]]:
    """For each code of `length`: the names that stand for one code only within it."""
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, code in pairs:
        groups[code[:length]].append((name, code))
    return {code: _unique(found) for code, found in groups.items()}


def _longest(text: str, names: dict[str, str]) -> tuple[str, str] | None:
    """(code, what is left) for the longest name that begins the text."""
    for length in range(min(len(text), _LONGEST), 1, -1):
        if code := names.get(text[:length]):
            return code, text[length:]
    return None


@lru_cache(maxsize=100_000)
def parse_origin(text: str) -> Origin:
    """The province, city and county that a text names first; Origin() when it names none for certain."""
    said = _LEADING.sub("", _BLANK.sub("", unicodedata.normalize("NFKC", text or "")))
    if _OUTSIDE.search(said):
        return Origin()
    tables = _tables()
    if province := _ABBREVIATIONS.get(said.removesuffix("籍").removesuffix("省")):
        return Origin(province)
    step = _begin(said, tables)
    if step is None and (found := tables.anywhere.search(said)):
        step = _begin(said[found.start() :], tables)
    if step is None:
        return _origin(tables.alone.get(said, ""))
    return _origin(_deeper(*step, tables))


def _begin(said: str, tables: _Tables) -> tuple[str, str] | None:
    """The first place of a text: (code, rest), or None. 鄂武汉 begins with its abbreviation."""
    if step := _longest(said, tables.first):
        return step
    province = _ABBREVIATIONS.get(said[:1])
    if province and _longest(said[1:], tables.under[province]):
        return province, said[1:]
    return None


def _deeper(code: str, rest: str, tables: _Tables) -> str:
    """The deepest code that what follows gives; a name from elsewhere ends the way."""
    while len(code) < LENGTHS[COUNTY - 1]:
        names = tables.under.get(code, {})
        rest = _UNSAID.sub("", rest)
        step = _longest(rest, names) or _longest(rest.lstrip("省市"), names)
        if step is None:
            return code
        code, rest = step
    return code


def _origin(code: str) -> Origin:
    if not code:
        return Origin()
    city = code[:4] if len(code) >= 4 else None
    return Origin(code[:2], city, code if len(code) == 6 else None)


def origin_name(code: str) -> str:
    """The name of a province, city or county code: 湖北省武汉市; empty when unknown."""
    row = next((county for key, county in counties().items() if key.startswith(code)), None) if code else None
    if row is None:
        return _BEYOND_THE_LIST.get(code, "")
    parts = (row.province, row.city, row.name)[: {2: 1, 4: 2, 6: 3}.get(len(code), 0)]
    return "".join(part for part in parts if part not in UNSAID)
