"""Where runs are kept: documents in, documents out, never rows. Serves the trace stage and its review."""

from store.accounts import Accounts as Accounts
from store.accounts import LoginFailed as LoginFailed
from store.audit import Audit as Audit
from store.audit import AuditWanted as AuditWanted
from store.batches import Added as Added
from store.batches import Batches as Batches
from store.errors import BatchAmbiguousError as BatchAmbiguousError
from store.errors import BatchUnknownError as BatchUnknownError
from store.errors import HealUnknownError as HealUnknownError
from store.errors import ItemUnknownError as ItemUnknownError
from store.errors import RestartRefusedError as RestartRefusedError
from store.errors import StoreMissingError as StoreMissingError
from store.errors import TraceAmbiguousError as TraceAmbiguousError
from store.errors import VersionUnknownError as VersionUnknownError
from store.ledger import Ledger as Ledger
from store.ledger import put_commit as put_commit
from store.schedules import Schedule as Schedule
from store.schedules import Schedules as Schedules
from store.store import Store as Store
from store.store import open_store as open_store
from store.tallies import Tallies as Tallies
from store.workers import Workers as Workers
