"""Northdesk's memory: one SQLite file, read and written through typed questions."""

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from demo.northdesk.records import (
    Customer,
    CustomerPage,
    Invoice,
    LogLine,
    Note,
    Order,
    OrderDraft,
    Session,
    Ticket,
)
from demo.northdesk.seeds import CUSTOMERS, INVOICES, ORDERS, Columns

Record = TypeVar("Record", Customer, Invoice, LogLine, Note, Order, OrderDraft, Session, Ticket)

SORTS = {
    "name": "full_name",
    "company": "company",
    "country": "country",
    "plan": "plan",
    "since": "customer_since",
}

PAGE_SIZE = 10

_SCHEMA = """
DROP TABLE IF EXISTS customers; DROP TABLE IF EXISTS orders; DROP TABLE IF EXISTS drafts;
DROP TABLE IF EXISTS invoices; DROP TABLE IF EXISTS notes; DROP TABLE IF EXISTS tickets;
DROP TABLE IF EXISTS log;
CREATE TABLE customers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, full_name TEXT, company TEXT, email TEXT, phone TEXT, country TEXT,
    plan TEXT, newsletter INTEGER, priority_support INTEGER, customer_since TEXT, notes TEXT,
    contract_name TEXT, contract_size INTEGER, contract_sha256 TEXT, pin_sha256 TEXT,
    saves INTEGER DEFAULT 0, created_by_request INTEGER);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER, customer_name TEXT, product TEXT,
    quantity INTEGER, delivery_date TEXT, gift_wrap INTEGER, comment TEXT, status TEXT DEFAULT 'placed',
    created_by_request INTEGER);
CREATE TABLE drafts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER, customer_name TEXT, product TEXT,
    quantity INTEGER, delivery_date TEXT DEFAULT '', gift_wrap INTEGER DEFAULT 0, comment TEXT DEFAULT '');
CREATE TABLE invoices (
    id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT, customer_name TEXT, issued_on TEXT,
    amount_cents INTEGER, status TEXT);
CREATE TABLE notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER, text TEXT, written_at TEXT,
    created_by_request INTEGER);
CREATE TABLE tickets (
    id INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT, priority TEXT, message TEXT,
    created_by_request INTEGER);
CREATE TABLE log (
    id INTEGER PRIMARY KEY AUTOINCREMENT, method TEXT, path TEXT, status INTEGER, at TEXT, session INTEGER);
"""

_SESSIONS = """
CREATE TABLE IF NOT EXISTS sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT UNIQUE, user TEXT, toast TEXT DEFAULT '');
"""


class Database:
    """Typed questions to one open SQLite connection; used from one thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def reset(self) -> None:
        """Forget everything but the sessions, and plant the seeds again."""
        self._connection.executescript(_SCHEMA)
        with self._connection:
            self._connection.execute("BEGIN")
            for table, rows in (("customers", CUSTOMERS), ("orders", ORDERS), ("invoices", INVOICES)):
                for row in rows:
                    self.insert(table, row)

    def insert(self, table: str, columns: Columns) -> int:
        """Store a row and return its id. Table and column names come from code, never from a request."""
        marks = ", ".join("?" for _ in columns)
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
        return self._connection.execute(sql, tuple(columns.values())).lastrowid or 0

    def update(self, table: str, row_id: int, columns: Columns) -> None:
        """Store ``columns`` in the row with this id, if there is one."""
        settings = ", ".join(f"{name} = ?" for name in columns)
        self._connection.execute(f"UPDATE {table} SET {settings} WHERE id = ?", (*columns.values(), row_id))

    def delete(self, table: str, row_id: int) -> None:
        """Forget the row with this id."""
        self._connection.execute(f"DELETE FROM {table} WHERE id = ?", (row_id,))

    def search_customers(self, words: str, sort: str, descending: bool, number: int) -> CustomerPage:
        """Return page ``number`` (clamped) of the customers whose name, company or email has ``words``."""
        where = "WHERE full_name LIKE ?1 OR company LIKE ?1 OR email LIKE ?1"
        like = f"%{words}%"
        (total,) = self._connection.execute(f"SELECT count(*) FROM customers {where}", (like,)).fetchone()
        pages = max(1, -(-total // PAGE_SIZE))
        number = min(max(1, number), pages)
        order = f"{SORTS[sort]} COLLATE NOCASE {'DESC' if descending else 'ASC'}, id"
        sql = f"SELECT * FROM customers {where} ORDER BY {order} LIMIT {PAGE_SIZE} OFFSET ?2"
        found = self._all(Customer, sql, (like, (number - 1) * PAGE_SIZE))
        return CustomerPage(found, total, number, pages)

    def customers(self) -> list[Customer]:
        """Return every customer, by id."""
        return self._all(Customer, "SELECT * FROM customers ORDER BY id")

    def customer(self, customer_id: int) -> Customer | None:
        """Return the customer with this id, if there is one."""
        return self._one(Customer, "SELECT * FROM customers WHERE id = ?", (customer_id,))

    def add_customer(self, columns: Columns, request_id: int | None) -> int:
        """Store a new customer and return its id."""
        return self.insert("customers", {**columns, "saves": 1, "created_by_request": request_id})

    def change_customer(self, customer: Customer, columns: Columns) -> None:
        """Store new values for ``customer`` and count the save."""
        self.update("customers", customer.id, {**columns, "saves": customer.saves + 1})

    def delete_customer(self, customer_id: int) -> None:
        """Forget a customer and the notes on them."""
        self._connection.execute("DELETE FROM notes WHERE customer_id = ?", (customer_id,))
        self.delete("customers", customer_id)

    def orders(self, words: str = "", status: str = "") -> list[Order]:
        """Return the orders with ``status``, or all, whose number or customer has ``words``, newest first."""
        where = "WHERE ?1 IN ('', status) AND (customer_name LIKE ?2 OR id LIKE ?2)"
        return self._all(Order, f"SELECT * FROM orders {where} ORDER BY id DESC", (status, f"%{words}%"))

    def orders_of(self, customer_id: int) -> list[Order]:
        """Return one customer's orders, newest first."""
        return self._all(Order, "SELECT * FROM orders WHERE customer_id = ? ORDER BY id DESC", (customer_id,))

    def order(self, order_id: int) -> Order | None:
        """Return the order with this id, if there is one."""
        return self._one(Order, "SELECT * FROM orders WHERE id = ?", (order_id,))

    def draft(self, draft_id: int) -> OrderDraft | None:
        """Return the draft with this id, unless it was placed."""
        return self._one(OrderDraft, "SELECT * FROM drafts WHERE id = ?", (draft_id,))

    def place(self, draft: OrderDraft, request_id: int | None) -> int:
        """Turn a draft into an order and return the order's id."""
        columns = {name: getattr(draft, name) for name in OrderDraft.__slots__ if name != "id"}
        self.delete("drafts", draft.id)
        return self.insert("orders", {**columns, "created_by_request": request_id})

    def invoices(self, status: str = "") -> list[Invoice]:
        """Return the invoices with ``status``, or all, newest first."""
        sql = "SELECT * FROM invoices WHERE ?1 IN ('', status) ORDER BY id DESC"
        return self._all(Invoice, sql, (status,))

    def invoice(self, invoice_id: int) -> Invoice | None:
        """Return the invoice with this id, if there is one."""
        return self._one(Invoice, "SELECT * FROM invoices WHERE id = ?", (invoice_id,))

    def notes(self) -> list[Note]:
        """Return every note, oldest first."""
        return self._all(Note, "SELECT * FROM notes ORDER BY id")

    def tickets(self) -> list[Ticket]:
        """Return every ticket, oldest first."""
        return self._all(Ticket, "SELECT * FROM tickets ORDER BY id")

    def log(self) -> list[LogLine]:
        """Return every request that was not a GET, in order of arrival."""
        return self._all(LogLine, "SELECT * FROM log ORDER BY id")

    def sign_in(self, user: str) -> tuple[str, Session]:
        """Open a session; return its token, which only the browser knows, and the session."""
        token = secrets.token_urlsafe(24)
        return token, Session(self.insert("sessions", {"token": token, "user": user}), user, "")

    def session(self, token: str) -> Session | None:
        """Return the session this token opens, if any."""
        return self._one(Session, "SELECT id, user, toast FROM sessions WHERE token = ?", (token,))

    def _all(self, kind: type[Record], sql: str, values: Sequence[object] = ()) -> list[Record]:
        return [kind(**_python(row)) for row in self._connection.execute(sql, values)]

    def _one(self, kind: type[Record], sql: str, values: Sequence[object]) -> Record | None:
        return next(iter(self._all(kind, sql, values)), None)


@contextmanager
def open_database(path: Path | None) -> Iterator[Database]:
    """Open ``path``, or a temporary file that is gone afterwards; a new file is seeded."""
    with TemporaryDirectory(prefix="northdesk-") as folder:
        connection = sqlite3.connect(path or Path(folder) / "northdesk.sqlite3", isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(_SESSIONS)
        try:
            database = Database(connection)
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'customers'").fetchone():
                database.reset()
            yield database
        finally:
            connection.close()


_BOOLEANS = frozenset({"newsletter", "priority_support", "gift_wrap"})


def _python(row: sqlite3.Row) -> dict[str, Any]:
    return {name: bool(value) if name in _BOOLEANS else value for name, value in dict(row).items()}
