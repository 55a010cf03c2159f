"""What the networks cost, and how they stand beside their peers."""
