"""Batches over more than one machine: files at any address that fsspec knows, scanned by Ray Data.

Neither Ray nor fsspec is imported before it is needed; both come with the extra `cluster`.
"""
