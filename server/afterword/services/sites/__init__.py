"""Sites, what they allow, and how they fare."""
