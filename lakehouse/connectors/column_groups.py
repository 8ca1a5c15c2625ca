"""The columns of a table in groups that fit RFC_READ_TABLE's row, and their rows joined again, one to one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lakehouse.connectors.errors import SourceError

ROW_WIDTH = 512  # of TAB512, separators included
DELIMITER = "|"

Row = dict[str, str]


@dataclass(frozen=True)
class Field:
    name: str
    length: int
    type: str  # ABAP: C text, D date, T time, N digits, P packed number


def column_groups(fields: Sequence[Field], key: Sequence[str]) -> list[list[Field]]:
    """The columns in as few groups as fit the row, in their order, each led by the key."""
    keys = [field for field in fields if field.name in key]
    groups = [list(keys)]
    for field in fields:
        if field.name in key:
            continue
        if _width([*groups[-1], field]) > ROW_WIDTH:
            groups.append(list(keys))
        groups[-1].append(field)
        if _width(groups[-1]) > ROW_WIDTH:
            raise SourceError(
                f"column {field.name} ({field.length} wide) does not fit RFC_READ_TABLE's row beside its key"
            )
    return groups


def _width(group: Sequence[Field]) -> int:
    return sum(field.length for field in group) + len(DELIMITER) * (len(group) - 1)


def difference(parts: Sequence[Sequence[Row]], key: Sequence[str]) -> str:
    """How the groups of columns disagree about the rows of the page; empty where they agree."""
    if len(parts) == 1:
        return ""
    counted = [Counter(tuple(row[name] for name in key) for row in part) for part in parts]
    if max(counted[0].values(), default=1) > 1:
        return f"key {'/'.join(counted[0].most_common(1)[0][0])} occurs twice"
    for other in counted[1:]:
        moved = (counted[0] - other) + (other - counted[0])
        if moved:
            return f"rows moved between two reads ({moved.total()} keys differ, first: {'/'.join(min(moved))})"
    return ""


def joined(parts: Sequence[Sequence[Row]], key: Sequence[str]) -> list[Row]:
    if len(parts) == 1:
        return list(parts[0])
    by_key = [{tuple(row[name] for name in key): row for row in part} for part in parts[1:]]
    return [row | {k: v for part in by_key for k, v in part[tuple(row[n] for n in key)].items()} for row in parts[0]]
