"""Who may use the dashboard, and how they sign in."""
