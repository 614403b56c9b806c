"""Side-by-side measurements of the service: one table of ratios, never a test bound to time."""
