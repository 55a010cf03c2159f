"""Rendered training pictures: card faces, and the scenes they lie in."""
