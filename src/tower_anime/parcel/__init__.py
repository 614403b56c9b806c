"""A project as one file: everything of it packed into a ZIP, and made again from it elsewhere."""
