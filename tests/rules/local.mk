# tests/rules: one program per module.
