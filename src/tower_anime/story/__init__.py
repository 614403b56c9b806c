"""The story: branches of scenes, scenes of shots."""
