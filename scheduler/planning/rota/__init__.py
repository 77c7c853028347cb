"""What people do with the rota: read it as it counts, and tell what became of services."""
