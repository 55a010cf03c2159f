"""Signals that tell the program to end, such as Ctrl+C in its terminal, among the window's events."""

from __future__ import annotations

import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal


class EndingSignals(QObject):
    """Says when a signal has come.

    Attributes:
        number: Of the last one; 0 while none has come.
    """

    arrived = Signal()

    def __init__(self, received: socket.socket) -> None:
        """Read signals' numbers, a byte each, from a socket that stays open for longer than this lives."""
        super().__init__()
        self.number = 0
        self._received = received
        notifier = QSocketNotifier(received.fileno(), QSocketNotifier.Type.Read, self)
        notifier.activated.connect(self._take)

    def _take(self) -> None:
        (self.number,) = self._received.recv(1)
        self.arrived.emit()
