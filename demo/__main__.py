"""`python -m demo run --migrate`: the command `orderwatch`, its clock led by whoever starts it.

`sandbox.demo` starts it as its child. It is the whole command; nothing but the time is another.
"""

from bot import cli
from bot.world import World
from demo.led import LedClock

if __name__ == "__main__":
    cli.main(World(LedClock.by_stdin()))
