"""Columns of tables as people read them: shares without decimals, short amounts."""

from typing import Any

import polars as pl
import pyarrow as pa
import streamlit as st

from ui import format


def arrow(frame: pl.DataFrame) -> pa.Table:
    """A frame as st.dataframe takes it without importing pandas, which costs 35 MB and half a second."""
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def percents(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Shares from 0 to 1 as 0 to 100, for share() and share_bar()."""
    return frame.with_columns((pl.col(column) * 100).round(2) for column in columns)


def countries(frame: pl.DataFrame) -> pl.DataFrame:
    """The column `country` by name instead of by code."""
    return frame.with_columns(pl.col("country").replace(format.COUNTRY))


def share(label: str, *, decimals: int = 0, **options: Any) -> Any:
    return st.column_config.NumberColumn(label, format=f"%.{decimals}f%%", **options)


def share_bar(label: str, *, decimals: int = 0, top: float = 100, **options: Any) -> Any:
    """A bar from nothing to `top` percent."""
    return st.column_config.ProgressColumn(label, format=f"%.{decimals}f%%", min_value=0, max_value=top, **options)


def amount(label: str, **options: Any) -> Any:
    """Dollars, short: the header carries the unit."""
    return st.column_config.NumberColumn(f"{label} ($)", format="compact", **options)


def number(label: str, *, decimals: int = 0, **options: Any) -> Any:
    return st.column_config.NumberColumn(label, format=f"%.{decimals}f" if decimals else "localized", **options)


def day(label: str, **options: Any) -> Any:
    return st.column_config.DateColumn(label, format="D MMM YYYY", **options)


def moment(label: str, **options: Any) -> Any:
    return st.column_config.DatetimeColumn(label, format="D MMM YYYY, HH:mm", **options)
