"""What becomes of a card once it is found: its format, its straight picture, its file."""
