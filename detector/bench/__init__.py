"""What the networks cost, how they stand beside their peers, and what the article's rules are worth."""
