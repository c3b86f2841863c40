"""Names: of one person, whole, without what stands beside them; two people are never made one."""

from __future__ import annotations

from typing import Any

import pytest

from bulou.core.people import names
from bulou.exchange.ledger import cells_names

from .sheets import CONTEXT, check


@pytest.mark.parametrize(
    "cell, value, code",
    [
        ("康蕾柔", "康蕾柔", None),
        ("康  蕾", "康蕾", "SPACES_STRIPPED"),
        ("欧阳 蕾柔", "欧阳蕾柔", "SPACES_STRIPPED"),
        ("1.康骞", "康骞", "NAME_TITLE"),
        ("★康骞", "康骞", "NAME_TITLE"),
        ("【低保】康骞", "康骞", "NAME_TITLE"),
        ("康家三口", None, "NAME_UNREADABLE"),
        ("康骞（户主）、康蕾", None, "NAME_UNREADABLE"),
        ("康骞（户主（代））", "康骞", "NAME_TITLE"),
        ("康骞 男", None, "NAME_UNREADABLE"),
        ("Nguyễn Văn An", "Nguyễn Văn An", None),
        ("康蕾之子", None, "NAME_UNREADABLE"),
        ("康蕾柔一家", None, "NAME_UNREADABLE"),
        ("新生儿", None, "NAME_UNREADABLE"),
        ("同上", None, "NAME_UNREADABLE"),
        ("王㛃", "王㛃", None),
        ("阿依古丽·买买提", "阿依古丽·买买提", None),
        ("阿依古丽.买买提", "阿依古丽·买买提", "NAME_DOT_VARIANT"),
        ("阿依古丽•买买提", "阿依古丽·买买提", "NAME_DOT_VARIANT"),
        ("康蕾柔（户主）", "康蕾柔", "NAME_TITLE"),
        ("康蕾柔同志", "康蕾柔", "NAME_TITLE"),
        ("阿依古丽˙买买提", "阿依古丽·买买提", "NAME_DOT_VARIANT"),
        ("康蕾柔.", "康蕾柔", None),
        ("康蕾柔、", "康蕾柔", None),
        ("“康蕾柔”", "康蕾柔", None),
        ("Jane  Doe", "Jane Doe", None),
        ("康蕾、方朔", None, "NAME_TWO"),
        ("康蕾 方朔", None, "NAME_TWO"),
        ("康某某", None, "NAME_MASKED"),
        ("康*", None, "NAME_MASKED"),
        ("康？", None, "NAME_CHARACTER_LOST"),
        ("王老师", None, "NAME_UNREADABLE"),
        ("＠康骞", None, "NAME_UNREADABLE"),
        ("﹦康骞", None, "NAME_UNREADABLE"),
        ("-康骞", None, "NAME_UNREADABLE"),
        ("123", None, "NAME_UNREADABLE"),
        (12.0, None, "NAME_UNREADABLE"),
        ("无", None, None),
    ],
)
def test_a_name_is_one_persons_whole_name(cell: Any, value: str | None, code: str | None) -> None:
    check(cells_names.understand_name(cell, CONTEXT), value, code)
    assert value is None or names.is_name(value)
