# tests/system: one program per module.
