"""Opportunities with their lines and products, tasks and campaigns, without any mess."""

from datetime import date

from demo.draw import CURRENCIES, Draw
from demo.records import Record
from demo.salesforce_ids import salesforce_id

# Stage: probability in percent, forecast category by API name, IsClosed, IsWon.
STAGES = {
    "Prospecting": ("10", "Pipeline", "false", "false"),
    "Qualification": ("20", "Pipeline", "false", "false"),
    "Needs Analysis": ("37.5", "Pipeline", "false", "false"),
    "Proposal": ("60", "BestCase", "false", "false"),
    "Negotiation": ("80", "MostLikely", "false", "false"),
    "Closed Won": ("100", "Closed", "true", "true"),
    "Closed Lost": ("0", "Omitted", "true", "false"),
}
STAGES_DRAWN = (*STAGES, "Closed Won", "Closed Won", "Closed Lost")
REGIONS = ("EMEA", "AMER", "APAC")
SUBJECTS = ("Call", "Email: offer", "Send quote", "Follow up", "Meeting notes")


def in_stage(stage: str) -> Record:
    """Return the fields that follow from the stage."""
    fields = ("Probability", "ForecastCategory", "IsClosed", "IsWon")
    return {"StageName": stage, **dict(zip(fields, STAGES[stage], strict=True))}


def opportunity(draw: Draw, number: int) -> Record:
    """Return an opportunity; open ones close after day 1, closed ones before."""
    stage = in_stage(draw.pick(STAGES_DRAWN))
    past, future = (date(2024, 2, 1), date(2026, 1, 5)), (date(2026, 1, 9), date(2026, 12, 31))
    currency = draw.pick(CURRENCIES)
    amount = f"{draw.whole(50_000, 90_000_000)}" if currency == "JPY" else f"{draw.whole(50_000, 40_000_000) / 100:.2f}"
    return {
        "Id": salesforce_id("Opportunity", number),
        "IsDeleted": "false",
        "AccountId": draw.reference("Account"),
        "OwnerId": draw.owner(),
        "CampaignId": draw.maybe(lambda: draw.reference("Campaign"), 0.2),
        "Name": f"{draw.pick(draw.pools.companies)} - {draw.pick(('new', 'renewal', 'upsell'))} {number}",
        "Description": draw.maybe(draw.sentence, 0.5),
        **stage,
        "Amount": amount if draw.random.random() < 0.96 else None,
        "CurrencyIsoCode": currency,
        "Discount__c": draw.maybe(lambda: f"{draw.whole(0, 300) / 10:.1f}", 0.5),
        "acme__Region__c": draw.pick(REGIONS),
        "Renewal__c": draw.pick(("true", "false")),
        "CloseDate": draw.date(*(past if stage["IsClosed"] == "true" else future)),
        **draw.times(),
    }


def line_item(draw: Draw, number: int) -> Record:
    """Return a product line; an opportunity has about two."""
    quantity, cents = draw.whole(1, 40), draw.whole(500, 900_000)
    opportunity_number = number * draw.counts["Opportunity"] // draw.counts["OpportunityLineItem"]
    return {
        "Id": salesforce_id("OpportunityLineItem", number),
        "IsDeleted": "false",
        "OpportunityId": salesforce_id("Opportunity", opportunity_number % draw.counts["Opportunity"]),
        "Product2Id": draw.reference("Product2"),
        "Description": draw.maybe(draw.sentence, 0.2),
        "Quantity": f"{quantity}.0",
        "UnitPrice": f"{cents // 100}.{cents % 100:02d}",
        "TotalPrice": f"{quantity * cents // 100}.{quantity * cents % 100:02d}",
        "CurrencyIsoCode": draw.pick(CURRENCIES),
        **draw.times(),
    }


def product(draw: Draw, number: int) -> Record:
    """Return a product."""
    family = draw.pick(("Hardware", "Software", "Services"))
    return {
        "Id": salesforce_id("Product2", number),
        "IsDeleted": "false",
        "Name": f"{family} package {number}",
        "ProductCode": f"P-{number:05d}",
        "Family": family,
        "Description": draw.maybe(draw.sentence, 0.5),
        "IsActive": draw.pick(("true", "true", "true", "false")),
        **draw.times(),
    }


def task(draw: Draw, number: int) -> Record:
    """Return a task or logged call; WhoId and WhatId may each name one of two kinds of records."""
    is_closed = draw.pick(("true", "false"))
    return {
        "Id": salesforce_id("Task", number),
        "IsDeleted": "false",
        "WhoId": draw.maybe(lambda: draw.reference(draw.pick(("Contact", "Lead"))), 0.8),
        "WhatId": draw.maybe(lambda: draw.reference(draw.pick(("Account", "Opportunity"))), 0.8),
        "OwnerId": draw.owner(),
        "Subject": draw.pick(SUBJECTS),
        "Description": draw.maybe(draw.sentence, 0.4),
        "Status": "Completed" if is_closed == "true" else draw.pick(("Not Started", "In Progress")),
        "ActivityDate": draw.maybe(lambda: draw.date(date(2024, 2, 1), date(2026, 3, 31)), 0.9),
        "CallDurationInSeconds": draw.maybe(lambda: str(draw.whole(5, 3_600)), 0.3),
        "IsClosed": is_closed,
        **draw.times(),
    }


def campaign(draw: Draw, number: int) -> Record:
    """Return a campaign."""
    return {
        "Id": salesforce_id("Campaign", number),
        "IsDeleted": "false",
        "Name": f"{draw.pick(('Spring', 'Summer', 'Autumn', 'Winter'))} campaign {number}",
        "Type": draw.pick(("Email", "Webinar", "Trade Show")),
        "Status": draw.pick(("Planned", "In Progress")),
        "StartDate": draw.date(date(2024, 2, 1), date(2026, 3, 31)),
        "BudgetedCost": f"{draw.whole(1, 900) * 100}.0",
        "ActualCost": draw.maybe(lambda: f"{draw.whole(100, 9_000_000) / 100:.2f}", 0.7),
        "CurrencyIsoCode": draw.pick(CURRENCIES),
        "IsActive": draw.pick(("true", "false")),
        "OwnerId": draw.owner(),
        **draw.times(),
    }
