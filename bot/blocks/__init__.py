"""Domain value in, Block Kit out: pure functions, called by `bot.slack` and `bot.listeners`."""
