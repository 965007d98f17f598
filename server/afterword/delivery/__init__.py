"""WHAT WE ASK OF OTHERS. The only code that opens connections to elsewhere."""
