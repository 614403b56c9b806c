"""The studio server for people who make anime with generative models on their own GPUs."""
