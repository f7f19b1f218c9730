"""What things cost, each beside what it is to be held against, in one run."""
