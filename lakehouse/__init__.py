"""The lakehouse: bronze to gold Delta tables, a quality gate between every two layers, and a match engine."""
