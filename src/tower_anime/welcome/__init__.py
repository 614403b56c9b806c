"""What an empty studio offers: the sample production, made inside the service."""
