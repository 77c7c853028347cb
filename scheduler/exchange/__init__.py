"""The outside: rosters, absences and service centres come in; plans and calendars go out."""
