"""What Frontdoor starts with: the people who begin soon, some with names alike, and what is there of two of them."""

from __future__ import annotations

PEOPLE = (
    ("Mira Okafor", "Account manager", "2026-02-02"),
    ("Mira Okafor-Lund", "Controller", "2026-02-02"),
    ("Jonas Lindgren", "Field engineer", "2026-02-09"),
    ("Jonas Lind", "Buyer", "2026-02-09"),
    ("Salome Brandt", "Product designer", "2026-02-16"),
    ("Tomasz Zielinski", "Warehouse lead", "2026-02-16"),
    ("Priya Raman", "Data analyst", "2026-03-02"),
    ("Elif Demir", "Support lead", "2026-03-02"),
    ("Elif Demirkan", "Recruiter", "2026-03-09"),
)
DOCUMENTS = (
    ("Mira Okafor", "identity", "okafor-identity.txt", "Identity card\nName: Mira Okafor\nValid until: 2031-05-30\n"),
    ("Mira Okafor", "contract", "okafor-contract.txt", "Contract\nName: Mira Okafor\nSigned: 2026-01-08\n"),
    ("Mira Okafor", "tax", "okafor-tax.txt", "Tax form\nName: Mira Okafor\nTax number: 41 882 7703\n"),
    ("Elif Demir", "identity", "demir-identity.txt", "Identity card\nName: Elif Demir\nValid until: 2034-11-02\n"),
    ("Elif Demir", "contract", "demir-contract.txt", "Contract\nName: Elif Demir\nSigned: 2026-01-05\n"),
    ("Elif Demir", "tax", "demir-tax.txt", "Tax form\nName: Elif Demir\nTax number: 48 112 0904\n"),
)
REVIEWED = "Elif Demir"
"""Whose documents were found valid, and who has all that payroll asks for."""
ACCOUNTS = (("Mira Okafor", "email"), (REVIEWED, "email"), (REVIEWED, "chat"), (REVIEWED, "badge"))
