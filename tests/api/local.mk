# tests/api: one program per module.
