"""SQL of words: from clean text to texts, truth values, e-mail addresses, phone numbers and currency codes."""

from lakehouse.contract.sql import matches, try_cast

EMAIL_ADDRESS = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]++@(?:[A-Za-z0-9-]++\.)++[A-Za-z]{2,63}\z"
DIALLED = r"^\+?[0-9]{7,15}\z"
DIALLING_MARKS = r"[ ().\-/]|(?i)(x|ext\.?) *\d+\z"
CURRENCY_CODE = r"^[A-Za-z]{3}\z"


def parse_string(text: str) -> str:
    """Returns the text itself.

    >>> parse_string("`name`")
    "nullif(`name`, '')"
    """
    return f"nullif({text}, '')"


def parse_boolean(text: str) -> str:
    """Returns the truth value.

    >>> parse_boolean("`is_active`")
    'try_cast(`is_active` as boolean)'
    """
    return try_cast(text, "boolean")


def parse_email(text: str) -> str:
    r"""Returns the address in lower case.

    >>> print(parse_email("`email`"))
    if(rlike(`email`, r"^[A-Za-z0-9...@...\z"), lower(`email`), null)
    """
    return f"if({matches(text, EMAIL_ADDRESS)}, lower({text}), null)"


def parse_phone(text: str) -> str:
    r"""Returns the dialled number: an optional plus and 7 to 15 digits (E.164), without marks and extension.

    >>> print(parse_phone("`phone`"))
    if(rlike(`phone`, r"^\+?[0-9]{7,15}\z"), `phone`,
    if(rlike(regexp_replace(`phone`, r"...", ""), r"^\+?[0-9]{7,15}\z"), regexp_replace(`phone`, r"...", ""), null))
    """
    dialled = f'regexp_replace({text}, r"{DIALLING_MARKS}", "")'
    return f"if({matches(text, DIALLED)}, {text}, if({matches(dialled, DIALLED)}, {dialled}, null))"


def parse_currency(text: str) -> str:
    r"""Returns the code in upper case.

    >>> print(parse_currency("`currency`"))
    if(rlike(`currency`, r"^[A-Za-z]{3}\z"), upper(`currency`), null)
    """
    return f"if({matches(text, CURRENCY_CODE)}, upper({text}), null)"
