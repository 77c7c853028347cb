"""What every rule stands on."""
