"""Screens: one view of the whole terminal each."""
