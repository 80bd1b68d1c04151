"""How databases of older versions become this one's; serves the store. ``store.schema`` runs it."""
