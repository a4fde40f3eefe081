# tests/store: one program per module.
