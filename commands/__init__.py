"""The core: every command the service obeys, whoever gives it. Standard library only."""
