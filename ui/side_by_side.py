"""Two records beside each other, and the one they would become: what differs is marked, letter by letter."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from ui import paper

ALIKE = 0.55  # below it two texts have nothing in common, and are marked whole


@dataclass(frozen=True)
class Line:
    """An attribute: what each record says, whether that is the same, and the value that would survive."""

    label: str
    a: str | None
    b: str | None
    agreement: str = "differs"  # or same, or missing: one of the two says nothing
    merged: str | None = None
    origin: str = ""


def table(lines: list[Line], heads: tuple[str, str], merged: str = "") -> None:
    """The lines as a table; `heads` name the two records, `merged` what would become of them."""
    titles = ["", *heads, *([merged] if merged else [])]
    head = "".join(f"<th scope='col'>{html.escape(title)}</th>" for title in titles)
    body = "".join(_row(line, with_merged=bool(merged)) for line in lines)
    paper.html(f'<div class="mdm-sides"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>')


def _row(line: Line, *, with_merged: bool) -> str:
    a, b = marked(line.a, line.b) if line.agreement == "differs" else (_text(line.a), _text(line.b))
    cells = f"<td>{a}</td><td>{b}</td>"
    if with_merged:
        cells += f"<td class='mdm-merged'>{_text(line.merged)}<small>{html.escape(line.origin)}</small></td>"
    return f"<tr class='mdm-{html.escape(line.agreement)}'><th scope='row'>{html.escape(line.label)}</th>{cells}</tr>"


def marked(a: str | None, b: str | None) -> tuple[str, str]:
    """Both texts as HTML, with what the other does not have marked."""
    if not a or not b:
        return _text(a), _text(b)
    compared = SequenceMatcher(None, a.casefold(), b.casefold(), autojunk=False)
    has_words = any(letter.isalpha() for letter in a + b)  # else numbers, that are the same or not
    folded = len(a.casefold()) == len(a) and len(b.casefold()) == len(b)
    if not has_words or not folded or compared.ratio() < ALIKE:
        return _mark(a), _mark(b)
    one, other = [], []
    for kind, i, j, k, n in compared.get_opcodes():
        one.append(html.escape(a[i:j]) if kind == "equal" else _mark(a[i:j]))
        other.append(html.escape(b[k:n]) if kind == "equal" else _mark(b[k:n]))
    return "".join(one), "".join(other)


def changed(before: Mapping[str, object], after: Mapping[str, object], labels: Mapping[str, str]) -> list[Line]:
    """The attributes whose value differs between two states of a record."""
    return [
        Line(label, _said(before.get(name)), _said(after.get(name)))
        for name, label in labels.items()
        if before.get(name) != after.get(name)
    ]


def _said(value: object) -> str | None:
    return None if value is None else str(value)


def _text(value: str | None) -> str:
    return html.escape(value) if value else "<i>missing</i>"


def _mark(text: str) -> str:
    return f"<mark>{html.escape(text)}</mark>" if text else ""
