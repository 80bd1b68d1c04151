"""Frontdoor: a small portal for new people, with their documents, their accounts and payroll."""
