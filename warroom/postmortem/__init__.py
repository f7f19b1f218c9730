"""The postmortem: from the record to a document."""
