"""What was taken away is gone from the file too, and the file is smaller by it."""

from __future__ import annotations

from sqlalchemy import Connection

from store.database import Database

_INCREMENTAL = 2


async def shrink(database: Database, *, whole: bool = True) -> str:
    """Give back the room of what was taken away; what a person should know of it, "" for nothing.

    On SQLite the journal is emptied, and the file written anew, without what older versions left in it; not ``whole``
    only cut, which takes no room meanwhile and can be done while others work (a file of an older version stays as long
    as it is). On Postgres the server gives the room to new rows by itself.
    """
    if not database.is_file:
        return "What was taken away is written over by the server in its own time; 'VACUUM FULL' does it at once."
    return await database.read(lambda connection: _shrink(connection, whole))


def _shrink(connection: Connection, whole: bool) -> str:
    if whole:
        # In memory: the copy that is made meanwhile must not lie about in a temporary folder.
        connection.exec_driver_sql("PRAGMA temp_store=MEMORY")
        connection.exec_driver_sql(f"PRAGMA auto_vacuum={_INCREMENTAL}")
        connection.exec_driver_sql("VACUUM")
    else:
        # Each step of the statement gives back one page; only a script is stepped to its end (CPython, 3.11).
        driver = connection.connection.driver_connection
        driver.executescript("PRAGMA incremental_vacuum")  # type: ignore[union-attr]
    busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
    if busy:
        return "Another process is reading: the database's journal is emptied when it ends, or by the next purge."
    return ""
