"""Stand-ins for what lies outside: a local Slack workspace, a simulated ERP, a mailbox."""
