"""What reports write: the roll-up of units."""

from learning.reports.rollup.actions import refresh_unit_weeks as refresh_unit_weeks
from learning.reports.rollup.actions import roll_up as roll_up
