"""Read models that cross domains: what people look at, gathered in few statements. Reads only."""
