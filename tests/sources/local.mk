# tests/sources: one program per module.
