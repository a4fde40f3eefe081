# tests/engine: one program per module.
