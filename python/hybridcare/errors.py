"""Errors that a user can meet. Everything else is our own mistake."""

from __future__ import annotations

from hybridcare.core import Cancelled, ConfigError

__all__ = ["Cancelled", "ConfigError", "config_error"]


def config_error(where: str, what: str) -> ConfigError:
    """A mistake of the user's: `where` is a file, a JSON Pointer or an option, `what` says what is allowed."""
    error = ConfigError(f"{where}: {what}" if where else what)
    error.where = where
    return error
