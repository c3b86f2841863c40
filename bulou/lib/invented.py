"""Invented people, for demonstrations and tests: numbers that are sound and belong to nobody.

The sequence codes 996 to 999 were kept for people over a hundred, so with a birth since 1930 they were
given to nobody; no telephone number begins with 154.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from bulou.lib.resident_id import MALE, check_digit

FIRST_YEAR = 1930
_MALE_SEQUENCES, _FEMALE_SEQUENCES = (997, 999), (996, 998)
# Steps without a common divisor with what they walk through, so that neighbours do not look alike.
_DAY_STEP = {365: 137, 366: 139}
_PHONES, _PHONE_STEP = 10**8, 61_803_399
_NAME_STEP = 7_368_787

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾"
    "丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤"
    "尹黎易常武乔贺赖龚文"
)
_MALE = "岐柏骞硕煜恺湛铎劭霁崧渊翀竣晏澈炜晖隽朔桓钧骁昶泓琮郴珩楷奕旻峤逸澍焘"
_FEMALE = "茵菡筠岚芷绮蔓黛妤苒漪璇馥蓓荔薇瑶沁莞婵颖芮蕾琬昕柔鸢笙沅蘅舒姝菀芙"


def make_id(county: str, birth: date, sex: str, n: int = 0) -> str:
    """A sound resident ID of a county (6 digits). Of one county, birth and sex there are two: n = 0, 1.

    Raises ValueError for a birth before 1930.
    """
    if birth.year < FIRST_YEAR:
        raise ValueError("a real person may have this number")
    sequence = (_MALE_SEQUENCES if sex == MALE else _FEMALE_SEQUENCES)[n % 2]
    first = f"{county}{birth:%Y%m%d}{sequence}"
    return first + check_digit(first)


def make_phone(n: int) -> str:
    """A mobile number that begins with 154; another one for every n below 100,000,000."""
    return f"154{(n * _PHONE_STEP + 7) % _PHONES:08d}"


def make_name(n: int, sex: str) -> str:
    """A name of two or three characters, always the same for n; names repeat, as they do in life."""
    given = _MALE if sex == MALE else _FEMALE
    mixed = (n + 1) * _NAME_STEP
    surname = _SURNAMES[mixed % len(_SURNAMES)]
    first, second = given[mixed // 101 % len(given)], given[mixed // 4_099 % len(given)]
    return surname + first + ("" if n % 7 == 0 else second)


class Identities:
    """Hands out people of a county by sex and year of birth, no number twice, always in the same order.

    A county has some 1,460 numbers for a year of birth; then the next county of the list follows.
    """

    def __init__(self, counties: Sequence[str]) -> None:
        self._counties = tuple(dict.fromkeys(counties))
        self._used: dict[tuple[int, str], int] = defaultdict(int)

    def give(self, year: int, sex: str, until: date | None = None) -> tuple[str, date]:
        """(number, birth date) of one more person born in that year, not after `until`.

        Raises ValueError when the counties have no such number left, or for a year before 1930.
        """
        days = 366 if calendar.isleap(year) else 365
        while True:
            k = self._used[year, sex]
            self._used[year, sex] += 1
            turn, at = divmod(k, days)
            county, n = divmod(turn, 2)
            if county >= len(self._counties):
                raise ValueError(f"no number is left for {year}")
            birth = date(year, 1, 1) + timedelta(days=at * _DAY_STEP[days] % days)
            if until is None or birth <= until:
                return make_id(self._counties[county], birth, sex, n), birth
