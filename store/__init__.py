"""Where runs are kept: documents in, documents out, never rows. Serves the trace stage and its review."""

from store.errors import HealUnknownError as HealUnknownError
from store.errors import StoreMissingError as StoreMissingError
from store.errors import TraceAmbiguousError as TraceAmbiguousError
from store.store import Store as Store
from store.store import open_store as open_store
