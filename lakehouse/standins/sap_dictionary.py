"""The data dictionary of the SAP stand-in: the fields of each table with their lengths and ABAP types."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class DictionaryField:
    name: str
    length: int
    type: str = "C"


def _fields(text: str) -> tuple[DictionaryField, ...]:
    """'KUNNR 10, ERDAT 8 D' as fields; a field without a type is text."""
    parts = [part.split() for part in text.replace("\n", " ").split(",")]
    return tuple(DictionaryField(name, int(length), *type_) for name, length, *type_ in parts)


TABLES: Mapping[str, tuple[DictionaryField, ...]] = {
    "KNA1": _fields(
        """MANDT 3, KUNNR 10, LAND1 3, NAME1 35, NAME2 35, ORT01 35, PSTLZ 10, REGIO 3, SORTL 10, STRAS 35, TELF1 16,
        TELFX 31, XCPDK 1, ADRNR 10, MCOD1 25, MCOD2 25, MCOD3 25, ANRED 15, AUFSD 2, BAHNE 25, BAHNS 25, BBBNR 7 N,
        BBSNR 5 N, BEGRU 4, BRSCH 4, BUBKZ 1 N, DATLT 14, ERDAT 8 D, ERNAM 12, EXABL 1, FAKSD 2, FISKN 10, KNAZK 2,
        KNRZA 10, KONZS 10, KTOKD 4, KUKLA 2, LIFNR 10, LIFSD 2, LOCCO 10, LOEVM 1, NAME3 35, NAME4 35, NIELS 2,
        ORT02 35, PFACH 10, PSTL2 10, SPRAS 1, STCD1 16, STCD2 11, STCEG 20, SPERR 1, UMSA1 17 P"""
    ),
    "ADR6": _fields(
        """CLIENT 3, ADDRNUMBER 10, PERSNUMBER 10, DATE_FROM 8 D, CONSNUMBER 3 N, FLGDEFAULT 1, FLG_NOUSE 1,
        HOME_FLAG 1, SMTP_ADDR 241, SMTP_SRCH 20"""
    ),
    "ZMDM_MARA": _fields(
        """MATNR 18, MAKTX 40, MATKL 9, PRDHA 40, MTART 4, NETPR 15 P, STPRS 15 P, LVORM 1, ERSDA 8 D"""
    ),
    "ZMDM_VBAP": _fields(
        """VBELN 10, POSNR 6 N, KUNNR 10, MATNR 18, ERDAT 8 D, ERZET 6 T, KWMENG 19 P, NETPR 15 P, RABATT 8 P,
        NETWR 19 P, PERNR 8, LAND1_WE 3, BSTNK 20"""
    ),
}


def wire(field: DictionaryField, value: str | None) -> str:
    """A value as it stands in the row: text to the left, packed numbers to the right with the minus behind."""
    text = value or ""
    if field.type == "P":
        text = f"{text[1:]}-" if text.startswith("-") else text or "0"
    elif field.type == "D":
        text = text or "00000000"
    if len(text) > field.length:
        raise ValueError(f"{field.name} is {field.length} wide in SAP and cannot hold {text!r} ({len(text)} wide)")
    return text.rjust(field.length) if field.type == "P" else text.ljust(field.length)
