"""What the user has open: pictures, their cards, and what was done to those. Knows nothing of the window."""
