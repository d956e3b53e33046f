"""E-mail: what a mail says, how it is put together, and the way to the mail server."""
