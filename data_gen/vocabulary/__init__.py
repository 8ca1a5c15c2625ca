"""What the simulated enterprise is made of: names, places, products and texts, as data."""
