"""The Salesforce objects that we read, without the library that reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lakehouse.connectors import change_events
from lakehouse.connectors.source import SourceObject

SYSTEM = "Salesforce"


@dataclass(frozen=True)
class SalesforceObject(SourceObject):
    """`fields` gives the source's name of a bronze column where the two differ."""

    fields: Mapping[str, str] = field(default_factory=dict)
    with_deleted: bool = True  # queryAll: a deleted record comes as well, with IsDeleted

    def field(self, column: str) -> str:
        return self.fields.get(column, column)


# SystemModstamp moves with every change, by automation too; LastModifiedDate only with a user's, and a migration may
# set it. A standard account has no e-mail address: Email__c is a custom field here.
OBJECTS = (
    SalesforceObject("Account", "bronze.sf_account", ("Id",), cursor="SystemModstamp"),
    SalesforceObject("User", "bronze.sf_user", ("Id",), with_deleted=False),  # a user is deactivated, never deleted
    SalesforceObject(
        "Order",
        "bronze.sf_order",
        ("Id",),
        cursor="SystemModstamp",
        fields={"Quantity": "Quantity__c", "UnitPrice": "UnitPrice__c"},  # one line an order, kept on its header
    ),
    SalesforceObject(
        "Task",
        "bronze.sf_task",
        ("Id",),
        cursor="SystemModstamp",
        fields={"ActivityDateTime": "CompletedDateTime"},  # a task itself knows but the day
    ),
    SalesforceObject("Opportunity", "bronze.sf_opportunity", ("Id",), cursor="SystemModstamp"),
)
ACCOUNT = OBJECTS[0]
CHANGE_EVENTS = SourceObject("AccountChangeEvent", change_events.TABLE, change_events.KEY)  # pushed to us, never read
