"""Six specialists, seven tools and one bounded, audited loop, with Claude or a scripted model."""
