"""Local stand-ins of the source systems, for tests and for trying the connectors; they serve rows given to them."""
