"""Benchmarks: how fast pages and engines are on large data, against a bare floor measured in the same run."""
