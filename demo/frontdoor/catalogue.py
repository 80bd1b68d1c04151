"""What Frontdoor knows of by name: kinds of documents and systems, each stored value with the words shown for it."""

KINDS = {"identity": "Identity card", "contract": "Contract", "tax": "Tax form"}
SYSTEMS = {"email": "E-mail", "chat": "Chat", "badge": "Door badge", "payroll": "Payroll"}
CRITICAL = "payroll"
"""Pays money: allowed only when all else is there."""
OTHERS = tuple(system for system in SYSTEMS if system != CRITICAL)
STATUSES = {"received": "To review", "valid": "Valid", "rejected": "Rejected"}
