"""What README and docs/benchmarks.md quote: each script prints a table and the machine it ran on."""
