"""Brightleaf: a small sales application in German, whose report of deals goes over several pages."""
