"""All of Textual lives here."""

import os

# Read by Textual when it is imported. A frame waits for the next beat of this: at its own 60 up to 17 ms, which is half
# of what may pass between a key and the screen.
os.environ.setdefault("TEXTUAL_FPS", "120")
