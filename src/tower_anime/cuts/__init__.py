"""Cuts: the takes of a film in order, assembled into one film."""
