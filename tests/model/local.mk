# tests/model: one program per module.
