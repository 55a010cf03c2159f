"""Tests of the rendered training pictures."""
