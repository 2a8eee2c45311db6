"""Search over a finished home, by look or by palette, among all works or those of a filter."""

from artlens_pipeline.search.filters import Filters
from artlens_pipeline.search.finding import COLUMNS, search
from artlens_pipeline.search.lenses import LENSES
from artlens_pipeline.search.query import Query

__all__ = ["COLUMNS", "LENSES", "Filters", "Query", "search"]
