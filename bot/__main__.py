"""`python -m bot`: the same as the command `orderwatch`."""

from bot.cli import main

main()
