"""Pure presentation: model to styled runs of text, shared by screen and command line."""
