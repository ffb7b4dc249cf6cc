"""Users, accounts, contacts and leads, without any mess."""

from datetime import date

from demo.draw import CURRENCIES, NO_MANAGER, Draw
from demo.records import Record
from demo.salesforce_ids import salesforce_id

INDUSTRIES = ("Technology", "Manufacturing", "Retail", "Energy", "Healthcare", "Finance")
LEAD_STATUSES = ("Open", "Working", "Qualified", "Unqualified")
LEAD_SOURCES = ("Web", "Partner", "Trade Show", "Phone Inquiry")


def user(draw: Draw, number: int) -> Record:
    """Return a user; the manager of each has a smaller number. Salesforce's User has no IsDeleted."""
    person = draw.person()
    manager = number // 6 if number < draw.counts["User"] else NO_MANAGER
    return {
        "Id": salesforce_id("User", number),
        "Name": f"{person.first} {person.last}",
        "Email": draw.email(person, number),
        "Username": f"user{number}@org.example",
        "ManagerId": None if number == NO_MANAGER else salesforce_id("User", manager),
        "Title": draw.pick(draw.pools.jobs),
        "IsActive": "false" if number % 15 == 14 else "true",
        **draw.times(),
    }


def account(draw: Draw, number: int) -> Record:
    """Return an account; one in ten belongs to a parent."""
    place = draw.pick(draw.pools.places)
    return {
        "Id": salesforce_id("Account", number),
        "IsDeleted": "false",
        "MasterRecordId": None,
        "Name": draw.pick(draw.pools.companies),
        "Type": draw.pick(("Customer", "Prospect", "Partner")),
        "Industry": draw.maybe(lambda: draw.pick(INDUSTRIES), 0.9),
        "NumberOfEmployees": draw.maybe(lambda: str(draw.whole(1, 20_000)), 0.8),
        "AnnualRevenue": draw.maybe(lambda: f"{draw.whole(50_000, 900_000_000)}.0", 0.7),
        "CurrencyIsoCode": draw.pick(CURRENCIES),
        "Website": f"https://company{number}.example",
        "Phone": draw.maybe(draw.phone, 0.8),
        "BillingStreet": place.street,
        "BillingCity": place.city,
        "BillingCountry": place.country,
        "OwnerId": draw.owner(),
        "ParentId": salesforce_id("Account", number // 10) if number % 10 == 6 else None,
        "Health_Score__c": draw.maybe(lambda: f"{draw.whole(0, 10_000) / 100:.2f}", 0.6),
        **draw.times(),
    }


def contact(draw: Draw, number: int) -> Record:
    """Return a contact of an account."""
    person = draw.person()
    return {
        "Id": salesforce_id("Contact", number),
        "IsDeleted": "false",
        "AccountId": draw.maybe(lambda: draw.reference("Account"), 0.97),
        "FirstName": person.first,
        "LastName": person.last,
        "Email": draw.maybe(lambda: draw.email(person, number), 0.9),
        "Phone": draw.maybe(draw.phone, 0.7),
        "MobilePhone": draw.maybe(draw.phone, 0.6),
        "Birthdate": draw.maybe(lambda: draw.date(date(1950, 1, 1), date(2004, 12, 31)), 0.5),
        "Title": draw.maybe(lambda: draw.pick(draw.pools.jobs), 0.8),
        "MailingCountry": draw.pick(draw.pools.places).country,
        "OwnerId": draw.owner(),
        "Newsletter__c": draw.pick(("weekly;monthly", "weekly", "never")),
        **draw.times(),
    }


def lead(draw: Draw, number: int) -> Record:
    """Return a lead; qualified ones are converted into an account."""
    person = draw.person()
    status = draw.pick(LEAD_STATUSES)
    is_converted = status == "Qualified"
    return {
        "Id": salesforce_id("Lead", number),
        "IsDeleted": "false",
        "FirstName": person.first,
        "LastName": person.last,
        "Email": draw.email(person, number),
        "Phone": draw.maybe(draw.phone, 0.6),
        "Company": draw.pick(draw.pools.companies),
        "Status": status,
        "LeadSource": draw.pick(LEAD_SOURCES),
        "Description": draw.maybe(draw.sentence, 0.7),
        "Score__c": f"{draw.whole(0, 100)}.0",
        "IsConverted": "true" if is_converted else "false",
        "ConvertedAccountId": draw.reference("Account") if is_converted else None,
        "OwnerId": draw.owner(),
        **draw.times(),
    }
