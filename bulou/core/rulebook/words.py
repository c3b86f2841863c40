"""The refusals and findings of the rulebook: a stable code and a sentence each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bulou.lib.refusals import declare, sentence

UNKNOWN_RULE = declare(
    "rule-unknown",
    _("No rule %(key)s is in force at %(place)s on %(day)s. Put one in force, or ask the county office."),
)
UNREADABLE = declare(
    "rule-file-unreadable", _("The file cannot be read: %(reason)s. Send TOML or an Excel table.")
)
EMPTY = declare(
    "rule-file-empty", _("There is no value and no table in the file. Add [[value]] or [[table]].")
)
MISSING = declare("rule-field-missing", _("%(where)s: %(field)s is missing. Add it."))
WRONG = declare("rule-field-wrong", _("%(where)s: %(field)s cannot be %(value)s. Expected: %(expected)s."))
STRAY = declare("rule-field-unknown", _("%(where)s: nobody reads %(field)s. Remove it or correct its name."))
TWICE = declare(
    "rule-twice", _("%(where)s stands twice for the same place, profile and first day. Keep one.")
)
NOBODY_READS = declare("rule-key-unknown", _("%(where)s: no work reads this rule. Is its name right?"))
OTHER_KIND = declare(
    "rule-kind-changed",
    _("%(where)s: until now this is %(before)s, here it is %(after)s. Use the same kind."),
)
OUTSIDE = declare(
    "rule-outside", _("%(where)s: %(place)s lies outside the order's place %(own)s. Take it out.")
)
FACT = declare(
    "rule-fact-undeclared", _("%(where)s: the fact %(field)s is not declared. Declare it in facts.")
)
RESULT = declare(
    "rule-outcome-undeclared", _("%(where)s: the outcome %(field)s is not declared. Declare it in outcomes.")
)
NO_KEY = declare(
    "rule-value-missing", _("%(where)s: the value %(key)s that it names is not in force. Add it.")
)
OTHER_UNIT = declare(
    "rule-other-unit",
    _("%(where)s: until now this is in %(before)s, here it is in %(after)s. Write the number in %(before)s."),
)
BELOW_NOTHING = declare(
    "rule-below-nothing", _("%(where)s: %(value)s is less than nothing. Write 0 or more.")
)
TOO_LITTLE = declare("rule-too-little", _("%(where)s: %(value)s is too little. Write %(least)s or more."))
NOTHING_LISTED = declare(
    "rule-nothing-listed", _("%(where)s: nothing stands in the list. Write at least one.")
)
OUT_OF_RANGE = declare(
    "rule-out-of-range",
    _(
        "%(where)s: %(value)s cannot be. Write a number from %(low)s to %(high)s; decimals are written as tenths."
    ),
)
NO_PLACE = declare(
    "rule-no-place", _("%(where)s is the code of no place here. Correct it, or import the place first.")
)
NO_PROFILE = declare(
    "rule-profile-unknown",
    _(
        "%(where)s: there is no profile %(profile)s. Known: %(known)s; a new one begins with [profile] and its id."
    ),
)
LACKING = declare(
    "rule-profile-lacking", _("%(where)s: every other outbreak has a rule %(key)s of its own. Add one.")
)
NO_FACT = declare(
    "rule-fact-unknown",
    _("%(where)s: nobody ever knows the fact %(field)s. Facts that are known: %(known)s."),
)
NO_CODE = declare(
    "rule-no-code", _("%(where)s: codes stand here, and %(value)s is none. Write the code of the place.")
)
FAR_OFF = declare(
    "rule-far-off",
    _("%(where)s: until now %(before)s, here %(after)s (%(unit)s). If that is not meant, look at the unit."),
)
NO_WORD = declare(
    "rule-word-unknown",
    _("%(where)s: nobody reads the word %(value)s there. Write one or more of: %(words)s."),
)
NO_WORDS = declare(
    "rule-symptom-wordless",
    _("%(where)s: nothing says what %(symptom)s is called. Add it to symptoms.words, with zh and en."),
)
GAP = declare(
    "rule-gap", _("%(where)s: no row decides over %(example)s. Add a row, if only to hold such people.")
)
UNREACHABLE = declare(
    "rule-unreachable",
    _("%(where)s never decides: earlier rows take all of it, first %(other)s. Move or remove it."),
)
OVERLAP = declare(
    "rule-overlap",
    _("%(where)s and %(other)s both fit %(example)s and differ. Write in the first: over = %(other)s."),
)
TOO_MANY = declare(
    "rule-too-many", _("%(where)s has too many combinations to be checked. Make two tables of it.")
)
HELD = declare("rule-held", _("%(where)s takes what no other row decides, for example %(example)s."))
UNSOUND = declare("rule-unsound", _("The order is not in force. %(first)s"))
PAST = declare(
    "rule-in-the-past",
    _(
        "The order would begin on %(day)s, before today; days gone by keep their rules. "
        "Choose a later day or say why."
    ),
)
NOT_THERE = declare(
    "rule-place-unknown",
    _("There is no such place in your territory: %(place)s. Give a code of your own territory."),
)
NO_ORDER = declare(
    "rule-order-unknown", _("There is no such order in your territory. Look at the list of orders.")
)
ALREADY = declare(
    "rule-already-lifted", _("This order already ends on %(day)s. Put a new one in force instead.")
)

# What was expected instead, and the kinds of rules.
A_VALUE = _("a whole number (decimals as tenths), text, true, false or a list")
A_SOURCE = _("the order's name and number")
A_NAME = _("a name of its own for each row")
A_SLOT = _("a name of its own for each turn")
A_TIME = _("a time such as 08:00, or +08:00 on the next day")
KINDS = {
    "table": _("a table"),
    "bool": _("true or false"),
    "int": _("a number"),
    "str": _("a text"),
    "list": _("a list"),
}

# What the words of tables and the names of needs are called, wherever a person reads them.
SAID = {
    "home": pgettext_lazy("rule", "Observed at home"),
    "central": pgettext_lazy("rule", "Central site"),
    "none": pgettext_lazy("rule", "No observation"),
    "clinic": pgettext_lazy("rule", "To the fever clinic"),
    "held": pgettext_lazy("rule", "Undecided: observed meanwhile"),
    "": pgettext_lazy("rule", "nothing"),
    "nothing": pgettext_lazy("rule", "nothing"),
    "training": pgettext_lazy("rule", "training"),
    "protection": pgettext_lazy("rule", "protection at home"),
    "headquarters": pgettext_lazy("rule", "told to headquarters"),
    "verify": pgettext_lazy("rule", "to be verified"),
    "affected-area": pgettext_lazy("rule", "Affected area"),
    "other-province": pgettext_lazy("rule", "Other province"),
    "own-province": pgettext_lazy("rule", "Within the province"),
    "own-county": pgettext_lazy("rule", "Within the county"),
    "abroad": pgettext_lazy("rule", "Abroad"),
    "readings": pgettext_lazy("rule", "Temperatures a day"),
    "rooms": pgettext_lazy("rule", "Rooms"),
    "beds": pgettext_lazy("rule", "Beds"),
    "medics": pgettext_lazy("rule", "Medics"),
    "masks": pgettext_lazy("rule", "Masks a day"),
    "measure": pgettext_lazy("rule", "Measure"),
    "days": pgettext_lazy("rule", "Days"),
    "checks": pgettext_lazy("rule", "Checks a day"),
    "also": pgettext_lazy("rule", "Also"),
    "verdict": pgettext_lazy("rule", "Verdict"),
    "origin": pgettext_lazy("rule", "Came from"),
    "fever": pgettext_lazy("rule", "Fever"),
    "symptoms": pgettext_lazy("rule", "Symptoms"),
    "contact": pgettext_lazy("rule", "Contact with a case"),
    "own_home": pgettext_lazy("rule", "A home to stay in"),
    "certificate": pgettext_lazy("rule", "Health certificate"),
    "needed_for_work": pgettext_lazy("rule", "Needed for urgent work"),
    "term_over": pgettext_lazy("rule", "Term over"),
    "open_case": pgettext_lazy("rule", "Outcome of the clinic open"),
    "lost": pgettext_lazy("rule", "Lost"),
    "restart_owed": pgettext_lazy("rule", "To be counted again"),
    "gaps": pgettext_lazy("rule", "Gaps"),
    "breaches": pgettext_lazy("rule", "Breaches"),
    "eligible": pgettext_lazy("rule", "May be released"),
    "term-runs": pgettext_lazy("rule", "Term still runs"),
    "open-case": pgettext_lazy("rule", "Outcome still open"),
    "gap": pgettext_lazy("rule", "Gap to explain"),
    "not-kept": pgettext_lazy("rule", "Not strictly kept"),
    "am": pgettext_lazy("rule", "a.m."),
    "pm": pgettext_lazy("rule", "p.m."),
    "noon": pgettext_lazy("rule", "noon"),
    "day": pgettext_lazy("rule", "during the day"),
    "unknown": pgettext_lazy("rule", "unknown"),
}


def said(word: str) -> str:
    """A word of the rules as people say it; itself where the house has none for it."""
    return str(SAID.get(word, word))


@dataclass(frozen=True)
class Finding:
    """Something that a check found. `note`: good to know, nothing to mend. `example`: facts that show it."""

    code: str
    where: str
    words: Mapping[str, Any] = field(default_factory=dict)
    example: Mapping[str, Any] | None = None
    note: bool = False

    @property
    def message(self) -> str:
        return sentence(self.code, {"where": self.where, **self.words})

    def as_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "code": self.code,
            "where": self.where,
            "message": self.message,
            "note": self.note,
        }
        if self.example is not None:
            out["example"] = dict(self.example)
        return out
