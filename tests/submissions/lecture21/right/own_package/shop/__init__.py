"""My package. The exercises' files only put its parts together."""
from .fetching import fetchData
from .jobs import longRunningJob

__all__ = ["fetchData", "longRunningJob"]
