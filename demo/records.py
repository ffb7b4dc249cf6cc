"""The records of the sample org: text by field name, with Salesforce's kinds of fields."""

from collections.abc import Mapping

Record = dict[str, str | None]

# Rows at scale 1.
ROWS = {
    "User": 40,
    "Account": 1_500,
    "Contact": 4_000,
    "Lead": 2_000,
    "Opportunity": 5_000,
    "OpportunityLineItem": 9_000,
    "Product2": 60,
    "Task": 6_000,
    "Campaign": 30,
}
# What the planted rows need to stand on, at any scale.
FEWEST_ROWS = {"User": 12, "Product2": 12, "Campaign": 12, "Opportunity": 40, "OpportunityLineItem": 40}
FEWEST_OF_OTHERS = 24

NUMBERS = frozenset(
    {
        "NumberOfEmployees", "AnnualRevenue", "Health_Score__c", "Amount", "Probability", "Discount__c",
        "Quantity", "UnitPrice", "TotalPrice", "BudgetedCost", "ActualCost", "CallDurationInSeconds", "Score__c",
    }
)  # fmt: skip
BOOLEANS = frozenset({"IsActive", "IsDeleted", "IsClosed", "IsWon", "IsConverted", "Renewal__c"})
INSTANTS = ("CreatedDate", "LastModifiedDate", "SystemModstamp")
REFERENCES = (
    "AccountId", "OwnerId", "ManagerId", "ParentId", "MasterRecordId", "ConvertedAccountId", "OpportunityId",
    "Product2Id", "CampaignId", "WhoId", "WhatId", "ReportsToId",
)  # fmt: skip


def counts(scale: float) -> Mapping[str, int]:
    """Return the number of regular rows by object.

    Raises:
        ValueError: the scale is not positive.
    """
    if scale <= 0:
        raise ValueError(f"a scale is greater than 0, not {scale}")
    return {name: max(FEWEST_ROWS.get(name, FEWEST_OF_OTHERS), round(rows * scale)) for name, rows in ROWS.items()}


def source(object_name: str) -> str:
    """Return the object as the contract's `from` names it."""
    return f"salesforce.{object_name}"
