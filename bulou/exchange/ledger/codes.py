"""Every code a row may carry: what it does to the verdict, and a sentence for the clerk.

A row's verdict is the weightiest of its codes: refused, else held, duplicate, skipped, accepted. Refused is what
nobody can decide from the line as it stands: it must be handed in again. Either way the line is kept and waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from .codes_register import REGISTER

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ACCEPTED: Final = "accepted"
HELD: Final = "held"
REFUSED: Final = "refused"
DUPLICATE: Final = "duplicate"
SKIPPED: Final = "skipped"

_WEIGHT: Final = {ACCEPTED: 0, SKIPPED: 1, DUPLICATE: 2, HELD: 3, REFUSED: 4}


class Code(NamedTuple):
    """`verdict` is what the code alone makes of a row; an accepted row may carry several as remarks."""

    verdict: str
    sentence: _StrPromise | str


_ROWS: Final[dict[str, tuple[str, Any]]] = {
    # rows that are not people
    "ROW_TITLE": (SKIPPED, _("A title line.")),
    "ROW_META": (SKIPPED, _("A line about the form itself: unit, date, who filled it in.")),
    "ROW_HEADER": (SKIPPED, _("Column titles.")),
    "ROW_NUMBERS": (SKIPPED, _("The numbers of the columns.")),
    "ROW_EXAMPLE": (SKIPPED, _("The example of how to fill in the form.")),
    "ROW_BLANK": (SKIPPED, _("An empty line.")),
    "ROW_ONLY_NUMBER": (SKIPPED, _("A line prepared with a number, with nobody in it.")),
    "ROW_SUBTOTAL": (SKIPPED, _("A total.")),
    "TOTAL_MISMATCH": (
        SKIPPED,
        _("The total says %(stated)s, but %(counted)s people stand above it: check it."),
    ),
    "ROW_SIGNATURE": (SKIPPED, _("Signatures, or who filled in the form.")),
    "ROW_NOTE": (SKIPPED, _("A remark on the form.")),
    "ROW_SECTION": (SKIPPED, _("A heading between the lines.")),
    "ROW_ZERO": (SKIPPED, _("The line says that there is nobody to report.")),
    "ROW_INSTRUCTION": (SKIPPED, _("Instructions, choices or figures, no people.")),
    "ROW_ONE_PERSON": (
        SKIPPED,
        _("Part of a form for one person, no line of a table: enter the person by hand."),
    ),
    "LEFT_OUT": (SKIPPED, _("Somebody looked at the line and left it out.")),
    "DECIDED": (ACCEPTED, _("Somebody looked at the line and decided.")),
    # what a person must look at
    "ROW_UNCLEAR": (HELD, _("It cannot be told whom this line speaks of: say it, or leave it out.")),
    "CSV_COLUMN_COUNT": (
        ACCEPTED,
        _("The line has %(cells)s cells under %(heads)s titles; a comma inside a text may have moved them."),
    ),
    "CSV_CELLS_MOVED": (HELD, _("Too many cells in the line: put those that moved back under their titles.")),
    # what the spreadsheet could not work out
    "CELL_ERROR": (
        ACCEPTED,
        _("An error of the spreadsheet stands under %(columns)s; nothing was taken from there: ask for it."),
    ),
    "NAME_CELL_ERROR": (HELD, _("The name is an error of the spreadsheet (%(columns)s): write it.")),
    "SEX_CELL_ERROR": (HELD, _("The sex is an error of the spreadsheet (%(columns)s): write 男 or 女.")),
    "ID_CELL_ERROR": (HELD, _("The identity number is an error of the spreadsheet (%(columns)s): write it.")),
    "DATE_CELL_ERROR": (
        HELD,
        _("A date is an error of the spreadsheet (%(columns)s): write it as 2020-01-25."),
    ),
    "TEMP_CELL_ERROR": (HELD, _("A temperature is an error of the spreadsheet (%(columns)s): write it.")),
    "NAME_MISSING": (HELD, _("The name is missing: fill it in.")),
    "NAME_UNREADABLE": (HELD, _("This is not a name: correct it.")),
    "NAME_TWO": (HELD, _("Two people in one cell: give each a line of their own.")),
    "NAME_BESIDE": (HELD, _("Two people in one line: give each a line of their own.")),
    "NAME_MASKED": (HELD, _("The name is hidden or left open: write it in full.")),
    "NAME_CHARACTER_LOST": (HELD, _("A character of the name was lost: write it again.")),
    "NAME_DOT_VARIANT": (ACCEPTED, _("The dot in the name was made the usual one.")),
    "NAME_TITLE": (ACCEPTED, _("Words beside the name were taken off it.")),
    "NAME_TRADITIONAL": (ACCEPTED, _("The same name in traditional characters.")),
    "SPACES_STRIPPED": (ACCEPTED, _("Spaces were taken out.")),
    "FULL_WIDTH": (ACCEPTED, _("Full-width characters were made ordinary ones.")),
    "EXCEL_TEXT_TRICK": (ACCEPTED, _("Signs that keep a spreadsheet from changing a number were taken off.")),
    "DITTO": (ACCEPTED, _("“As above” was filled in from the line above.")),
    "HEAD_UNLISTED": (
        ACCEPTED,
        _(
            "The head of the household has a number here but no line: give them one, else they are not entered."
        ),
    ),
    "SEX_UNREADABLE": (HELD, _("The sex cannot be read: write 男 or 女.")),
    "CHOICE_UNREADABLE": (ACCEPTED, _("Neither yes nor no could be read; the text was kept.")),
    # identity numbers
    "ID_MISSING": (ACCEPTED, _("The identity number is missing: add it when it is known.")),
    "ID_NUMERIC_LOST": (
        HELD,
        _("The spreadsheet made a number of the identity number and lost its last digits: type it as text."),
    ),
    "ID_SCIENTIFIC_TEXT": (
        REFUSED,
        _("The identity number became 1.23E+17 and is lost: type it again as text."),
    ),
    "ID_CHECKSUM": (
        HELD,
        _("The check digit of the identity number does not fit: compare it with the card."),
    ),
    "ID_LENGTH": (HELD, _("The identity number does not have 18 characters: compare it with the card.")),
    "ID_15_DIGIT": (HELD, _("An old identity number of 15 digits: enter the one with 18.")),
    "ID_BIRTH_IMPOSSIBLE": (
        HELD,
        _("The birth date in the identity number does not exist or is still to come."),
    ),
    "ID_SEX_MISMATCH": (HELD, _("Sex and identity number contradict each other: correct one of them.")),
    "ID_BIRTH_MISMATCH": (
        HELD,
        _("Birth date and identity number contradict each other: correct one of them."),
    ),
    "AGE_MISMATCH": (ACCEPTED, _("The age does not fit the identity number.")),
    "ID_MASKED": (HELD, _("The identity number is hidden with signs: write it in full.")),
    "ID_TWO": (HELD, _("Two identity numbers in one cell: give each person a line.")),
    "ID_REMARK": (ACCEPTED, _("Words beside the identity number were taken off it.")),
    "ID_UNREADABLE": (HELD, _("This is no identity number: correct it.")),
    "DOC_NOT_RESIDENT_ID": (ACCEPTED, _("Another document than the resident identity card.")),
    # phones
    "PHONE_UNREADABLE": (ACCEPTED, _("The phone number cannot be right and was not taken: ask for it.")),
    "PHONE_MASKED": (ACCEPTED, _("The phone number is hidden with signs and was not taken: ask for it.")),
    "PHONE_SCIENTIFIC": (ACCEPTED, _("The spreadsheet destroyed the phone number: ask for it.")),
    "PHONE_TWO": (ACCEPTED, _("Two phone numbers in one cell: both were kept.")),
    "PHONE_SHARED": (ACCEPTED, _("Another person has the same phone number, as families do.")),
    # dates
    "DATE_MISSING": (ACCEPTED, _("A date is missing: add it when it is known.")),
    "DATE_UNREADABLE": (HELD, _("A date cannot be read: write it as 2020-01-25.")),
    "DATE_IMPOSSIBLE": (HELD, _("A date that does not exist: correct it.")),
    "DATE_AMBIGUOUS": (HELD, _("A date can be read in two ways: write it as 2020-01-25.")),
    "DATE_INCOMPLETE": (HELD, _("A date is not complete: write year, month and day.")),
    "DATE_VAGUE": (HELD, _("A date is only approximate: ask for the day.")),
    "DATE_RANGE": (HELD, _("From one day to another, where one date is needed: say which.")),
    "DATE_TWO": (HELD, _("Two dates in one cell: say which.")),
    "DATE_NO_FORM_DATE": (HELD, _("“Yesterday” or “today”, but the form bears no date: write the date.")),
    "DATE_FUTURE": (HELD, _("A date that is still to come: correct it.")),
    "DATE_AFTER_FORM": (ACCEPTED, _("A date after the date of the form.")),
    "DATE_YEAR_DOUBTFUL": (HELD, _("The year of a date seems wrong: check it.")),
    "FORM_YEAR_DOUBTFUL": (
        HELD,
        _(
            "The form is dated %(day)s, a year ago: if the year was typed wrong, correct it in the file and hand it in"
            " again; if it is of that year, take these lines in."
        ),
    ),
    "DATE_ORDER": (HELD, _("Came back before leaving: check both dates.")),
    "DATE_LUNAR": (ACCEPTED, _("A date of the lunar calendar was converted.")),
    "DATE_RELATIVE": (ACCEPTED, _("A date was worked out from the date of the form.")),
    "DATE_ROC": (ACCEPTED, _("A year of the Republic was converted.")),
    "DATE_SERIAL": (ACCEPTED, _("The spreadsheet's number of a day was made a date.")),
    # temperatures
    "TEMP_IMPLAUSIBLE": (HELD, _("No human temperature: correct it.")),
    "TEMP_NOT_NUMBER": (ACCEPTED, _("A word is no temperature; no number was made of it.")),
    "TEMP_UNREADABLE": (HELD, _("A temperature cannot be read: write it as 36.5.")),
    "TEMP_TWO": (HELD, _("More than one temperature in a cell: say which.")),
    "TEMP_PRECISION": (HELD, _("Rounding decides here whether it is a fever: say which tenth it is.")),
    "TEMP_ROUNDED": (ACCEPTED, _("A temperature was rounded to a tenth.")),
    "TEMP_SPELLED": (ACCEPTED, _("A temperature in words was written as a number.")),
    "READING_DAY": (
        HELD,
        _(
            "Which day these temperatures are of is not said: give the first day as the day of the line, or write"
            " above the table from which day it counts."
        ),
    ),
    "FEVER": (ACCEPTED, _("A fever: it is passed on at once.")),
    "FEVER_WORD": (HELD, _("A fever is stated without a number: measure, and write the number.")),
    "FEVER_NOTED": (HELD, _("The remark tells of a fever, the temperature of none: ask which holds.")),
    "SYMPTOM_UNNAMED": (
        HELD,
        _("Symptoms are stated, but not which: ask, and write them (咳嗽, 乏力); or 无, if there are none."),
    ),
    # doubles
    "DUP_EXACT_EVENT": (DUPLICATE, _("The same person and event as line %(row)s: counted once.")),
    "DUP_EVENT_NEW_MEASURE": (
        DUPLICATE,
        _("The same event as line %(row)s with another reading: counted once, and the reading is kept."),
    ),
    "DUP_EVENT_DIFFERS": (
        HELD,
        _("The same person as line %(row)s on nearly the same journey, told otherwise: say which is right."),
    ),
    "DUP_ID_NAME_DIFF": (
        HELD,
        _("The same identity number as line %(row)s, the name written differently: say which is right."),
    ),
    "DUP_ID_OTHER_PERSON": (
        HELD,
        _("The identity number belongs to somebody else in line %(row)s: look at the card."),
    ),
    "DUP_NAME_PHONE": (
        HELD,
        _("The same name and phone as line %(row)s, but not the same identity number: one person or two?"),
    ),
    "DUP_NAME_PLACE": (
        HELD,
        _("The same name and address as line %(row)s without an identity number: one person or two?"),
    ),
    "PHONE_CHANGED": (HELD, _("The same person as line %(row)s with another phone: say which holds.")),
    "SECOND_EVENT": (ACCEPTED, _("The same person as line %(row)s, a further journey.")),
    "NAMESAKE": (ACCEPTED, _("The same name as line %(row)s, another person.")),
    # what the register says of a line
    "PLACE_TO_ASSIGN": (ACCEPTED, _("The village is not known here: taken at %(place)s, to be assigned.")),
    "PLACE_DIFFERS": (ACCEPTED, _("The register has this person at another place: look where they live.")),
    "PERSON_NOT_FOUND": (
        HELD,
        _("Nobody of this name is in the register here: add the identity number, or enter the person first."),
    ),
    "PERSON_SEVERAL": (
        HELD,
        _("Several people of this name are in the register here: add the identity number or phone."),
    ),
    "DUP_NAME_REGISTER": (
        HELD,
        _("Somebody of this name is here already: the same person or another?"),
    ),
    "PERSON_ELSEWHERE": (
        HELD,
        _("This person cannot be entered from here: hand the line to the county office."),
    ),
    "DUP_NAME_BIRTH": (
        HELD,
        _(
            "The same name and birth date as line %(row)s, but not the same identity number: one person or two?"
        ),
    ),
    "KIND_NOT_TAKEN": (
        HELD,
        _("Passes at a post cannot be taken in yet: the line is kept and waits until they can."),
    ),
    "PERSON_REFUSED": (HELD, _("The person cannot be entered so: %(why)s")),
    "RECORD_REFUSED": (HELD, _("It cannot be entered so: %(why)s")),
    "RECORD_TOLD": (ACCEPTED, _("Taken in, with a remark: %(why)s")),
    "READING_REFUSED": (ACCEPTED, _("The person was taken in, a reading was not: %(why)s")),
}

CODES: Final[dict[str, Code]] = {code: Code(*entry) for code, entry in _ROWS.items()}


def verdict(codes: Iterable[str]) -> str:
    """What the codes together make of a row that would else be accepted."""
    best = ACCEPTED
    for code in codes:
        its = CODES[code].verdict
        if _WEIGHT[its] > _WEIGHT[best]:
            best = its
    return best


class _Words(dict[str, Any]):
    """A sentence with a missing word is still better than none."""

    def __missing__(self, key: str) -> str:
        return "?"


def message(codes: Iterable[str], words: Mapping[str, Any] | None = None) -> str:
    """The sentences of the codes in the active language, the weightiest first."""
    ranked = sorted(codes, key=lambda code: -_WEIGHT[CODES[code].verdict])
    told = _Words(words or {})
    here = set(told.get("register", ()))
    return " ".join(
        str(REGISTER[code] if code in here and code in REGISTER else CODES[code].sentence) % told
        for code in ranked
    )
