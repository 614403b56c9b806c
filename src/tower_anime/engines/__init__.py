"""The servers that render: which there are, what each can run, and which is free."""
