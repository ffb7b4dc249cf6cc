"""Unique personal values, planted in every column that the contract masks or drops: found elsewhere, one is a leak.

For each object three sets by field: `VALID` is in a row that reaches silver, `QUARANTINED` in a row that is quarantined
for another column's fault, `FAULTY` is a fault itself. A value is a canary as a whole: of an e-mail the domain may be
shown, of a phone the last four digits, of a date the year.
"""

VALID: dict[str, dict[str, str]] = {
    "salesforce.User": {"Name": "Wilhelmina Qvasirova-7101", "Email": "qvasirova.7101@staff-canary.example"},
    "salesforce.Account": {"Phone": "+498007102031101", "BillingStreet": "7102 Zeisigkanarienweg\nHinterhaus 7102"},
    "salesforce.Contact": {
        "FirstName": "Xanthippe-7103",
        "LastName": "Qvintessenza-7103",
        "Email": "qvintessenza.7103@contact-canary.example",
        "Phone": "+498007103031102",
        "MobilePhone": "+498007103031103",
        "Birthdate": "1911-11-13",
    },
    "salesforce.Lead": {
        "FirstName": "Zebedeus-7104",
        "LastName": "Qvartermain-7104",
        "Email": "qvartermain.7104@lead-canary.example",
        "Phone": "+498007104031104",
        "Description": "Wants zeisiggelb-7104\nand zeisiggold-7104",
    },
    "salesforce.Task": {"Subject": "Call about zeisigruf-7105"},
    "rest.billing.invoices": {"account.email": "rechnung.7106@invoice-canary.example"},
}

QUARANTINED: dict[str, dict[str, str]] = {
    "salesforce.User": {"Name": "Eulalia Qvendelhuber-7201", "Email": "qvendelhuber.7201@staff-canary.example"},
    "salesforce.Account": {"Phone": "+498007202031201", "BillingStreet": "7202 Stieglitzkanarienweg"},
    "salesforce.Contact": {
        "FirstName": "Philomena-7203",
        "LastName": "Qvastenbein-7203",
        "Email": "qvastenbein.7203@contact-canary.example",
        "Phone": "+498007203031202",
        "MobilePhone": "+498007203031203",
        "Birthdate": "1912-12-14",
    },
    "salesforce.Lead": {
        "FirstName": "Hieronymus-7204",
        "LastName": "Qvellwasser-7204",
        "Email": "qvellwasser.7204@lead-canary.example",
        "Phone": "+498007204031204",
        "Description": "Asked for stieglitzrot-7204",
    },
    "salesforce.Task": {"Subject": "Call about stieglitzruf-7205"},
    "rest.billing.invoices": {"account.email": "rechnung.7206@invoice-canary.example"},
}

FAULTY: dict[str, dict[str, str]] = {
    "salesforce.User": {"Email": "gimpel-7301-at-staff-canary.example"},
    "salesforce.Account": {"Phone": "call gimpelruf-7302"},
    "salesforce.Contact": {
        "Email": "gimpelpost-7303@nodot",
        "Phone": "ask gimpelruf-7303",
        "MobilePhone": "gimpelfunk-7303",
        "Birthdate": "gimpeltag-7303",
    },
    "salesforce.Lead": {"Email": "gimpel-7304-at-lead-canary.example", "Phone": "gimpelruf-7304 after eight"},
    "rest.billing.invoices": {"account.email": "gimpel-7306-at-invoice-canary.example"},
}


def values() -> frozenset[str]:
    """Return every canary; one with a line break as its lines, since an encoding may spell the break otherwise."""
    sets = (VALID, QUARANTINED, FAULTY)
    return frozenset(
        line for kind in sets for fields in kind.values() for value in fields.values() for line in value.split("\n")
    )
