"""Mutation testing of the planner and the runner; see docs/mutants.md."""
