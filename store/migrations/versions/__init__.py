"""One module a revision, oldest first; each is named in ``store.schema.VERSIONS``."""
