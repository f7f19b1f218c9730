"""The documentation: pages as Markdown, and `made`, which writes what follows from the code into them."""
