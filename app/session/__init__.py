"""What the user has open: pictures, the cards cut out of them, and what was done to those. Knows nothing of the window."""
