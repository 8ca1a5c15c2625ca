"""What a command prints."""

import json

import polars as pl


def line(text: str) -> None:
    print(text)


def frame(rows: pl.DataFrame, *, as_json: bool = False, empty: str) -> int:
    """Print rows as a table, or as JSON."""
    if as_json:
        print(json.dumps(rows.to_dicts(), default=str, indent=2))
    elif rows.is_empty():
        print(empty)
    else:
        with pl.Config(
            tbl_rows=-1,
            tbl_cols=-1,
            tbl_width_chars=200,
            fmt_str_lengths=70,
            tbl_hide_dataframe_shape=True,
            tbl_hide_column_data_types=True,
            tbl_formatting="UTF8_HORIZONTAL_ONLY",
            thousands_separator=",",
        ):
            print(rows)
    return 0
