"""The styles of a workbook that is given back: the clerk's own, and each of them again in the colour of a verdict."""

from __future__ import annotations

from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml.ElementTree import fromstring

from bulou.exchange.looks import MAIN, Misfit, understood

_PLAIN: Final = b"""<styleSheet><fonts><font><sz val="11"/><name val="Calibri"/></font></fonts>
<fills><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>
<cellStyles><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""
_PARTS: Final = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "colors")
_NEEDED: Final = ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs")
_DEEP = 8  # levels that styles go down at most
_TEXT = "49"  # the format @


class Palette:
    """Styles by number, as cells name them. `colours`: those of verdicts, as six hexadecimal digits."""

    def __init__(self, styles: bytes, colours: dict[str, str]) -> None:
        with understood():
            told = fromstring(styles or _PLAIN)
        self._parts = {
            name: part for one in told if (name := _name(one)) in _PARTS and (part := _kept(one)) is not None
        }
        if any(not len(self._parts.get(name, ())) for name in _NEEDED):
            raise Misfit
        self._styles = self._parts["cellXfs"]
        fills = self._parts["fills"]
        self._uncoloured = {str(n) for n, fill in enumerate(fills) if _is_none(fill)}
        self._fills = {verdict: _fill(fills, colour) for verdict, colour in colours.items() if colour}
        self._made: dict[tuple[int, str], int] = {}
        self._own = len(self._styles)
        self.head = self._heading()
        self.said = {verdict: self._text(self._fills.get(verdict, "0")) for verdict in colours}

    def style(self, number: int, verdict: str = "") -> int:
        """A style of the clerk's, in the colour of a verdict unless it has one of its own."""
        number = number if number < self._own else 0
        if verdict not in self._fills:
            return number
        if (number, verdict) not in self._made:
            self._made[number, verdict] = self._coloured(number, self._fills[verdict])
        return self._made[number, verdict]

    def to_xml(self) -> bytes:
        root = Element("styleSheet", {"xmlns": MAIN})
        for name in _PARTS:
            if (part := self._parts.get(name)) is not None:
                if name != "colors":
                    part.set("count", str(len(part)))
                root.append(part)
        return bytes(tostring(root, encoding="utf-8", xml_declaration=True))

    def _coloured(self, number: int, fill: str) -> int:
        model = self._styles[number]
        if model.get("fillId", "0") not in self._uncoloured:
            return number
        made = SubElement(self._styles, "xf", {**model.attrib, "fillId": fill, "applyFill": "1"})
        made.extend(model)
        return len(self._styles) - 1

    def _text(self, fill: str, font: str = "0") -> int:
        said = {"numFmtId": _TEXT, "fontId": font, "fillId": fill, "borderId": "0", "xfId": "0"}
        SubElement(self._styles, "xf", {**said, "applyFill": "1", "applyNumberFormat": "1"})
        return len(self._styles) - 1

    def _heading(self) -> int:
        fonts = self._parts["fonts"]
        bold = Element("font")
        bold.append(Element("b"))
        bold.extend(one for one in fonts[0] if one.tag != "b")
        fonts.append(bold)
        return self._text("0", str(len(fonts) - 1))


def _name(one: Any) -> str:
    return str(one.tag).rpartition("}")[2]


def _kept(one: Any, deep: int = 0) -> Element | None:
    """A copy without what other makers added; None for what they made."""
    if deep > _DEEP:
        raise Misfit
    name = _name(one)
    if name in ("extLst", "AlternateContent"):
        return None
    made = Element(name, {key: text for key, text in one.attrib.items() if not key.startswith("{")})
    made.extend(kept for part in one if (kept := _kept(part, deep + 1)) is not None)
    return made


def _is_none(fill: Element) -> bool:
    return len(fill) == 0 or (fill[0].tag == "patternFill" and fill[0].get("patternType", "none") == "none")


def _fill(fills: Element, colour: str) -> str:
    pattern = SubElement(SubElement(fills, "fill"), "patternFill", {"patternType": "solid"})
    SubElement(pattern, "fgColor", {"rgb": f"FF{colour}"})
    SubElement(pattern, "bgColor", {"indexed": "64"})
    return str(len(fills) - 1)
