"""Projects: one production each, with its settings."""
