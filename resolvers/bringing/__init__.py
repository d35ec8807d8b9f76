"""Bringing whole case files in: from other systems' records, and from the plan of the demonstration practice."""
