"""Journeys: finding, opening, changing and putting them away."""
