# tests/cmd: one program per module.
