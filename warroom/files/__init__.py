"""Incident files on disk: what was acknowledged is never lost."""
