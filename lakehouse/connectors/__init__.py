"""Connectors to the source systems; empty, so that the Lambda loads nothing but its handler."""
