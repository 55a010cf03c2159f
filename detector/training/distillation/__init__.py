"""Data distillation, the article's first rule: a teacher labels a pool of pictures, and the student learns from both.

After Radosavovic et al., Data Distillation: Towards Omni-Supervised Learning, 2018: the teacher looks at several
transforms of each picture, what it sees is merged, and the score from which on it counts is set so that the pool has as
many cards a picture as the labelled pictures have.
"""
