"""Training of the networks: synthesis, data sets, losses and evaluation."""
