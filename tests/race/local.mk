# tests/race: one program per module.
