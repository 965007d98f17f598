"""What people can do: one file, one thing. The listing of this folder is the list of features."""
