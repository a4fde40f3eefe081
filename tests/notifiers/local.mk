# tests/notifiers: one program per module.
