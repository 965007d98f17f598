"""What programs of others are told."""
