"""What people do with plans: draft, run, look, repair, re-plan, publish, export."""
