"""What members are told of: telling, finding, reading and following it."""
