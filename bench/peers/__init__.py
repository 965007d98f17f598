"""Other systems, run as they are and filled through their own interfaces, and what comes of them here."""
