"""Many files at once: `BatchJob` runs them in worker processes, and goes on where an earlier run ended.

Knows nothing of Qt and prints nothing, so that the command line and the window run the same job.
"""
