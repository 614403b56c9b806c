"""Scripts in and out: Fountain, CSV and Markdown to scenes, shots and lines, and back."""
