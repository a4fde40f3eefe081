# tests/cmd: one program per module.
script_tests += tests/cmd/test_tocsinctl.sh
