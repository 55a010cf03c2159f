"""The two networks: the finder (a light RetinaNet) and the aligner (the second look)."""
