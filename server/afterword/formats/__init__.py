"""WHAT OTHERS KEEP. From files to a stream of records, and back for our own: no SQL, no clock."""
