"""Media: files named by their content, what they are, and their thumbnails."""
