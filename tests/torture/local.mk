# tests/torture: one program per module.
