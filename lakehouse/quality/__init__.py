"""Quality gates: rules as data between the layers, one scan a table, with quarantine and stored results."""
