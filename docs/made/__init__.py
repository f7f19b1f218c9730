"""What the documentation owes to the code: parts of pages that are written from it, and pictures of the program."""
