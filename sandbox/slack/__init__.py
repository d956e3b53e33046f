"""A strict local Slack: the wire protocol of a workspace, in memory, for the demo and the tests."""
