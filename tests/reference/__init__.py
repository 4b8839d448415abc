"""The core configuration written a second time, to be slow, plain and independent. See README.md."""

from .chance import Chance
from .course import Course, simulate
from .rows import client_row

__all__ = ["Chance", "Course", "client_row", "simulate"]
