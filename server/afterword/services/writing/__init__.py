"""What readers leave behind."""
