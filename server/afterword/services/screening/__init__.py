"""What is known of a comment before it is published."""
