"""The shell: what speaks to the outside, and the one composition root."""
