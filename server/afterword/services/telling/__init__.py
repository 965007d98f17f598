"""What people are told by mail, and what they wish to be told."""
