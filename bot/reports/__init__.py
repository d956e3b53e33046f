"""The daily report in words and pictures, and its way into Slack."""
