"""What orders are when they leave the house: those one sees, and how each recipient stands."""

from bulou.desk.rounds_out import exports
from bulou.work.directives.desk import PAGES

EXPORTS = exports(PAGES)
