"""Characters, locations and props, in all their versions."""
