"""Frontdoor's memory: one SQLite file, read and written through typed questions."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from demo.frontdoor.records import Account, Document, Person
from demo.frontdoor.seeds import ACCOUNTS, DOCUMENTS, PEOPLE, REVIEWED

Record = TypeVar("Record", Account, Document, Person)

_SCHEMA = """
DROP TABLE IF EXISTS people; DROP TABLE IF EXISTS documents; DROP TABLE IF EXISTS accounts;
CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, role TEXT, starts_on TEXT);
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT, person_id INTEGER, kind TEXT, file_name TEXT, sha256 TEXT, text TEXT,
    status TEXT DEFAULT 'received', reason TEXT DEFAULT '', received_at REAL, judged_at REAL,
    UNIQUE (person_id, kind));
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, person_id INTEGER, system TEXT, handle TEXT, created_at REAL,
    UNIQUE (person_id, system));
"""
_DOCUMENTS = "SELECT documents.*, people.name AS person FROM documents JOIN people ON people.id = person_id"
_ACCOUNTS = "SELECT accounts.*, people.name AS person FROM accounts JOIN people ON people.id = person_id"


class Database:
    """Typed questions to one open SQLite connection; used from one thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def reset(self) -> None:
        """Forget everything, and plant the seeds again."""
        self._connection.executescript(_SCHEMA)
        for name, role, starts_on in PEOPLE:
            self._insert("people", {"name": name, "role": role, "starts_on": starts_on})
        ids = {person.name: person.id for person in self.people()}
        for name, kind, file_name, text in DOCUMENTS:
            self.hand_in(ids[name], kind, file_name, text.encode())
        for document in self.documents():
            if document.person == REVIEWED:
                self.judge(document, "")
        for name, system in ACCOUNTS:
            self.create_account(ids[name], system, handle_of(name, system))

    def people(self, words: str = "") -> list[Person]:
        """The people whose name has these words, by the day they start."""
        sql = "SELECT * FROM people WHERE name LIKE ? ORDER BY starts_on, id"
        return self._all(Person, sql, (f"%{words}%",))

    def person(self, person_id: int) -> Person | None:
        return self._one(Person, "SELECT * FROM people WHERE id = ?", (person_id,))

    def person_called(self, name: str) -> Person | None:
        return self._one(Person, "SELECT * FROM people WHERE name = ? COLLATE NOCASE", (name,))

    def documents(self) -> list[Document]:
        """All documents, oldest first."""
        return self._all(Document, f"{_DOCUMENTS} ORDER BY documents.id")

    def documents_of(self, person: Person) -> dict[str, Document]:
        """A person's documents, by kind."""
        found = self._all(Document, f"{_DOCUMENTS} WHERE person_id = ?", (person.id,))
        return {document.kind: document for document in found}

    def document(self, document_id: int) -> Document | None:
        return self._one(Document, f"{_DOCUMENTS} WHERE documents.id = ?", (document_id,))

    def hand_in(self, person_id: int, kind: str, file_name: str, content: bytes) -> None:
        """Keep a document; one of its kind that was there before gives way."""
        columns = {
            "person_id": person_id,
            "kind": kind,
            "file_name": file_name,
            "sha256": sha256(content).hexdigest(),
            "text": content.decode("utf-8", "replace"),
            "received_at": time.time(),
        }
        self._connection.execute("DELETE FROM documents WHERE person_id = ? AND kind = ?", (person_id, kind))
        self._insert("documents", columns)

    def judge(self, document: Document, reason: str) -> None:
        """Say whether a document is valid: it is where there is no reason against it."""
        status = "rejected" if reason else "valid"
        sql = "UPDATE documents SET status = ?, reason = ?, judged_at = ? WHERE id = ?"
        self._connection.execute(sql, (status, reason, time.time(), document.id))

    def accounts(self) -> list[Account]:
        """All accounts, oldest first."""
        return self._all(Account, f"{_ACCOUNTS} ORDER BY accounts.id")

    def accounts_of(self, person: Person) -> dict[str, Account]:
        """A person's accounts, by system."""
        found = self._all(Account, f"{_ACCOUNTS} WHERE person_id = ?", (person.id,))
        return {account.system: account for account in found}

    def account(self, account_id: int) -> Account | None:
        return self._one(Account, f"{_ACCOUNTS} WHERE accounts.id = ?", (account_id,))

    def create_account(self, person_id: int, system: str, handle: str) -> None:
        columns = {"person_id": person_id, "system": system, "handle": handle, "created_at": time.time()}
        self._insert("accounts", columns)

    def remove_account(self, account_id: int) -> None:
        self._connection.execute("DELETE FROM accounts WHERE id = ?", (account_id,))

    def _insert(self, table: str, columns: Mapping[str, object]) -> None:
        marks = ", ".join("?" for _ in columns)
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
        self._connection.execute(sql, tuple(columns.values()))

    def _all(self, kind: type[Record], sql: str, values: Sequence[Any] = ()) -> list[Record]:
        return [kind(**dict(row)) for row in self._connection.execute(sql, values)]

    def _one(self, kind: type[Record], sql: str, values: Sequence[Any]) -> Record | None:
        return next(iter(self._all(kind, sql, values)), None)


def handle_of(name: str, system: str) -> str:
    """What an account is called: an address, or a number that is always the same for one person."""
    dotted = name.lower().replace(" ", ".")
    number = int(sha256(f"{name} {system}".encode()).hexdigest()[:6], 16) % 9000 + 1000
    return {"email": f"{dotted}@frontdoor.example", "chat": f"@{dotted}"}.get(system, f"No. {number}")


@contextmanager
def open_database(path: Path | None) -> Iterator[Database]:
    """Open ``path``, or a temporary file that is gone afterwards; a new file is seeded."""
    with TemporaryDirectory(prefix="frontdoor-") as folder:
        connection = sqlite3.connect(path or Path(folder) / "frontdoor.sqlite3", isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = OFF")
        try:
            database = Database(connection)
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'people'").fetchone():
                database.reset()
            yield database
        finally:
            connection.close()
