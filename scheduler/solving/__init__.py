"""From a problem to a proven plan. The only place that imports OR-Tools."""
