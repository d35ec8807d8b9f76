"""Who is asking: viewers, sessions, grants, the permission table, and reach as SQL conditions."""
