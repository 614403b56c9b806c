"""The `comfyui` engine: a take's plan becomes a graph, a server runs it, its files come home."""
