"""The model written a second time, to be slow, plain and independent. See README.md."""

from .chance import forget
from .course import Course
from .rows import client_row
from .worlds import courses

__all__ = ["Course", "client_row", "courses", "forget"]
