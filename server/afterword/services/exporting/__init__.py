"""Comments to take along."""
