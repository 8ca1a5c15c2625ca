"""AccountChangeEvents of a day, in the order of their commits."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import polars as pl

from data_gen import salesforce_ids
from data_gen.next_day_state import DayState
from data_gen.world import CHANGE_EVENTS
from lakehouse.release import dumps

FIRST_COMMIT = 74_487_681_550
NOON = 12 * 3600


class Events:
    """What Salesforce says of its accounts: one event for each change, one commit for each event."""

    def __init__(self, state: DayState) -> None:
        self.state = state
        self.rows: list[dict[str, Any]] = []
        self.counts = {"new": 0, "changed": 0, "deleted": 0}

    def create(self, fields: Mapping[str, Any]) -> str:
        account = salesforce_ids.ids("Account", self.state.serials(self.counts["new"] + 1)[-1:])[0]
        self.counts["new"] += 1
        self._add(str(account), "CREATE", fields, [], created=True)
        return str(account)

    def update(self, account: str, fields: Mapping[str, Any]) -> None:
        self.counts["changed"] += 1
        told = sorted(fields, key=lambda name: fields[name] is None)
        self._add(account, "UPDATE", fields, [*told, "LastModifiedDate"])

    def delete(self, account: str) -> None:
        self.counts["deleted"] += 1
        self._add(account, "DELETE", {}, [])

    def _add(
        self, account: str, kind: str, fields: Mapping[str, Any], changed: Sequence[str], *, created: bool = False
    ) -> None:
        number = len(self.rows)
        at = self.state.midnight + timedelta(seconds=NOON + 60 * number)
        written = f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
        payload = {name: value for name, value in fields.items() if value is not None}
        if kind != "DELETE":
            payload["LastModifiedDate"] = written
        if created:
            payload["CreatedDate"] = written
        self.rows.append(
            {
                "entity": "Account",
                "record_id_sf": account,
                "change_type": kind,
                "transaction_key": f"{self.state.number:08x}-{number:04x}-0000-0000-000000000000",
                "sequence_number": 1,
                "commit_number": FIRST_COMMIT + 1_000_000 * self.state.number + number,
                "commit_ts": at,
                "changed_fields": dumps(list(changed)),
                "nulled_fields": dumps([name for name in changed if fields.get(name, "") is None]),
                "payload": dumps(payload),
            }
        )

    def frame(self) -> pl.DataFrame:
        return pl.DataFrame(self.rows, schema=dict(CHANGE_EVENTS))
