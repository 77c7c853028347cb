"""Programme presets and what the sample company is made of."""
