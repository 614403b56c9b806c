"""Takes: what decides them, how they are queued and made, and what became of them."""
