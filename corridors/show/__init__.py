"""How it looks, in every medium: maps, charts, tables and numbers."""
