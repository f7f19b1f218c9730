"""All of Textual lives here."""
