"""Identifiers that are pure functions of what they name, so that a rebuild mints the same ones."""

import base64
import hashlib
from collections.abc import Iterable, Mapping

_RFC4648 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: nothing to misread
_TO_CROCKFORD = str.maketrans(_RFC4648, _CROCKFORD)


def customer_uid(record_id: str) -> str:
    """The uid of the customer that a record founded."""
    return "C-" + digest(record_id)


def pair_id(record_a: str, record_b: str) -> str:
    """The id of a pair, in whatever order its records come."""
    return "P-" + digest("|".join(sorted((record_a, record_b))))


def digest(text: str) -> str:
    """The first ten characters, 50 bits, of a text's SHA-256 in Crockford's base 32."""
    return base64.b32encode(hashlib.sha256(text.encode()).digest()[:10]).decode().translate(_TO_CROCKFORD)[:10]


def retired(minted: Iterable[str], live: Mapping[str, str]) -> dict[str, str]:
    """Where uids that no longer live lead to.

    `minted` are record_ids that founded a customer at some time; `live` gives each record's uid of today.
    """
    today = set(live.values())
    uids = {customer_uid(record): live[record] for record in minted if record in live}
    return {uid: now for uid, now in sorted(uids.items()) if uid not in today}
