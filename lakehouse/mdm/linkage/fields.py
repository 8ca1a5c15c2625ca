"""Which columns of a table say what: the declared mapping that a linkage works from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields


@dataclass(frozen=True)
class Fields:
    """Column names by what they hold; leave out what the records do not have."""

    name: str | None = None
    given_name: str | None = None
    surname: str | None = None
    date_of_birth: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    postcode: str | None = None
    city: str | None = None
    country: str | None = None
    tax_id: str | None = None
    identifiers: Sequence[str] = ()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Each field with its column; an identifier is named after its column."""
        for declared in dataclass_fields(self):
            column = getattr(self, declared.name)
            if declared.name != "identifiers" and column is not None:
                yield declared.name, column
        for column in self.identifier_columns:
            yield column, column

    @property
    def identifier_columns(self) -> tuple[str, ...]:
        return (self.identifiers,) if isinstance(self.identifiers, str) else tuple(self.identifiers)

    def kind(self, field: str) -> str:
        """What a field holds; identifiers are told apart by what is in them."""
        return "identifier" if field in self.identifier_columns else field
