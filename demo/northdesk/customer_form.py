"""The customer form: from posted fields, or a stored customer, to values, problems and columns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from demo.northdesk.catalogue import COUNTRIES, PLANS
from demo.northdesk.desk import Posted
from demo.northdesk.records import Customer
from demo.northdesk.seeds import Columns

_TEXTS = ("full_name", "company", "email", "phone", "country", "plan", "customer_since", "notes")
_TICKS = ("newsletter", "priority_support")


@dataclass(frozen=True, slots=True)
class Entry:
    """A filled-in form.

    Attributes:
        values: What the form shows, by field. PIN and contract are never shown again.
        problems: What is wrong, by field; empty if the entry can be stored.
        columns: What to store. PIN and contract are there only if given, so a change keeps the old.
    """

    values: Mapping[str, str | bool]
    problems: Mapping[str, str]
    columns: Columns


def blank_entry() -> Entry:
    """Return the form as a new customer begins."""
    values: dict[str, str | bool] = {**dict.fromkeys(_TEXTS, ""), **dict.fromkeys(_TICKS, False)}
    return Entry(values | {"plan": "basic"}, {}, {})


def entry_of(customer: Customer) -> Entry:
    """Return the form as it shows a stored customer."""
    return Entry({field: getattr(customer, field) for field in _TEXTS + _TICKS}, {}, {})


async def read_entry(form: Posted) -> Entry:
    """Return what was posted, with what is wrong with it."""
    texts = {field: form.text(field) for field in _TEXTS}
    ticks = {field: form.ticked(field) for field in _TICKS}
    pin = form.text("pin")
    columns: dict[str, str | int | None] = {**texts, **ticks, **await _contract(form)}
    if pin:
        columns["pin_sha256"] = sha256(pin.encode()).hexdigest()
    return Entry({**texts, **ticks}, _problems(texts, pin), columns)


async def _contract(form: Posted) -> Columns:
    upload = form.file("contract")
    if upload is None:
        return {}
    content = await upload.read()
    digest = sha256(content).hexdigest()
    return {"contract_name": upload.filename, "contract_size": len(content), "contract_sha256": digest}


def _problems(texts: Mapping[str, str], pin: str) -> dict[str, str]:
    checks = {
        "full_name": (bool(texts["full_name"]), "Enter a name."),
        "email": (_is_email(texts["email"]), "Enter an email address such as name@example.com."),
        "phone": (bool(re.fullmatch(r"[+()\d /.-]*", texts["phone"])), "Use digits, spaces and + only."),
        "country": (texts["country"] in COUNTRIES, "Choose a country."),
        "plan": (texts["plan"] in PLANS, "Choose a plan."),
        "customer_since": (is_date(texts["customer_since"]), "Enter a date."),
        "pin": (not pin or bool(re.fullmatch(r"[0-9]{4,8}", pin)), "Use 4 to 8 digits."),
    }
    return {field: message for field, (fine, message) in checks.items() if not fine}


def _is_email(text: str) -> bool:
    return bool(re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text))


def is_date(text: str) -> bool:
    """Return whether ``text`` is a date as a date input posts it, YYYY-MM-DD."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text))
