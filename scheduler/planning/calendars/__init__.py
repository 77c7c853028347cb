"""What people do with their calendars: subscribe, read, revoke, choose what they show."""
