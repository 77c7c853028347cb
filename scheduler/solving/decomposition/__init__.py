"""A company in blocks: solved side by side, and brought into line."""
