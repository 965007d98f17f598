"""A person's own data: seen, copied, erased."""
