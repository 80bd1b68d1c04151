"""What Northdesk remembers, as values: one class per table that pages and the API show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer. ``created_by_request`` is the id in the log of the creating request, None for seeds."""

    id: int
    full_name: str
    company: str
    email: str
    phone: str
    country: str
    plan: str
    newsletter: bool
    priority_support: bool
    customer_since: str
    notes: str
    contract_name: str | None
    contract_size: int | None
    contract_sha256: str | None
    pin_sha256: str | None
    saves: int
    created_by_request: int | None


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """One page of a customer search; ``number`` counts from 1 to ``pages``."""

    customers: list[Customer]
    total: int
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class Order:
    """A placed order; ``customer_name`` outlives the customer."""

    id: int
    customer_id: int
    customer_name: str
    product: str
    quantity: int
    delivery_date: str
    gift_wrap: bool
    comment: str
    status: str
    created_by_request: int | None


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order on its way through the wizard, gone once placed."""

    id: int
    customer_id: int
    customer_name: str
    product: str
    quantity: int
    delivery_date: str
    gift_wrap: bool
    comment: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice; the amount is in cents."""

    id: int
    number: str
    customer_name: str
    issued_on: str
    amount_cents: int
    status: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note on a customer."""

    id: int
    customer_id: int
    text: str
    written_at: str
    created_by_request: int | None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A support ticket."""

    id: int
    subject: str
    priority: str
    message: str
    created_by_request: int | None


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser; ``toast`` is shown on its next page, once."""

    id: int
    user: str
    toast: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """A request that was not a GET, in order of arrival; ``status`` is None until it is answered."""

    id: int
    method: str
    path: str
    status: int | None
    at: str
    session: int | None
