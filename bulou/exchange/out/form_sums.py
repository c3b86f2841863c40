"""Totals inside a form: which cells a column or a row of sums adds up.

A form that adds up by a formula is left to it. Else a subtotal is the sum of its own columns or rows, worked
out as they are; it never stands for a figure of its own, and where one part is unknown so is the sum.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bulou.exchange.ledger.titles import plain as bare

TOTALS: Final = frozenset({"合计", "总计", "小计", "全县", "全镇", "全乡", "全村", "total"})
_ALL: Final = frozenset({"合计", "总计", "共计", "total"})
_PART, _OF_WHICH = re.compile(r"(?:小计|subtotal)$"), re.compile(r"^其中")


def is_part(text: object) -> bool:
    """Whether words name a subtotal: 小计, 东片小计."""
    return bool(_PART.search(bare(str(text or ""))))


def is_total(text: object) -> bool:
    """Whether words name a sum of whatever kind."""
    return bare(str(text or "")) in TOTALS or is_part(text)


def adds(text: str) -> bool:
    """Whether words name a sum of what stands beside them or above; not a place as a whole."""
    return is_part(text) or bare(text) in _ALL


def parts(titles: Sequence[str], at: int) -> list[int]:
    """Which of the columns (or rows) so called the one at `at` adds up: all that are no sums themselves, or,
    of a subtotal, those since the sum before it; where sums stand first, those up to the next one."""
    own = [n for n, title in enumerate(titles) if not adds(title) and not _OF_WHICH.search(bare(title))]
    if not is_part(titles[at]):
        return own
    sums = [n for n, title in enumerate(titles) if adds(title)]
    first = next(n for n in sums if is_part(titles[n]))
    leads = not any(max((s for s in sums if s < first), default=-1) < n < first for n in own)
    if leads:
        low, high = at, min((n for n in sums if n > at), default=len(titles))
    else:
        low, high = max((n for n in sums if n < at), default=-1), at
    return [n for n in own if low < n < high]
