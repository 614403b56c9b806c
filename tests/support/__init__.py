"""What the tests stand on: services as processes, databases, and plain factories."""
