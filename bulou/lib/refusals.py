"""Refusals as a catalogue: a stable code, and a sentence that says what is wrong and what to do.

A room declares its own beside its verbs with `declare`; `docs/refusals.md` is printed from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_SENTENCES: dict[str, _StrPromise | str] = {}
_TYPED: dict[str, _StrPromise | str] = {}


def declare(code: str, sentence: _StrPromise | str, typed: _StrPromise | str = "") -> str:
    """Enter a code with its (translatable) sentence; `%(name)s` places take the refusal's words.

    `typed`: what is said instead to somebody who typed it in a form, where the sentence speaks to a program.
    """
    if typed:
        _TYPED[code] = typed
    if _SENTENCES.setdefault(code, sentence) is not sentence and str(_SENTENCES[code]) != str(sentence):
        raise ValueError(f"refusal code {code} is declared twice with other words")
    return code


def catalogue() -> dict[str, _StrPromise | str]:
    return dict(sorted(_SENTENCES.items()))


def sentence(code: str, words: dict[str, Any] | None = None) -> str:
    """The sentence of a code in the language that is active now."""
    text = str(_SENTENCES.get(code, code))
    return text % words if words else text


def at_form(code: str, message: str) -> str:
    """What a form says of a refusal: the code's own sentence for whoever typed, else the refusal's message."""
    return str(_TYPED.get(code, message))


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """What somebody asked for and will not get, with the reason in words."""

    def __init__(self, code: str, /, **words: Any) -> None:
        self.code = code
        self.words = words
        super().__init__(code)

    @property
    def message(self) -> str:
        return sentence(self.code, self.words)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
