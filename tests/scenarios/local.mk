# tests/scenarios: one program per module.
