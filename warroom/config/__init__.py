"""warroom.toml, and who is writing."""
