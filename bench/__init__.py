"""Benchmarks: figures as ratios within one run. They print, and assert nothing."""
