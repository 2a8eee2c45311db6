"""What the `artlens` command does, a module a subcommand; `cli` parses and calls these."""
