"""What members decide about comments and authors."""
