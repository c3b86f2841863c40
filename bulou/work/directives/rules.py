"""What is decided about an order: nothing but the times in rules.toml, which `actions.issue` looks up."""
