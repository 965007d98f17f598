"""Pages, their addresses, and comments that move between them."""
