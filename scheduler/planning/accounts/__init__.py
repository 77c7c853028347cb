"""What people do with accounts: create, change, close, sign in, choose a password."""
