# tests/fuzz: one program per module.
