"""The promises that Afterword keeps, as tests; the folders mirror those of the code."""
