# tests/cmd: one program per module.
script_tests += tests/cmd/test_tocsinctl.sh
script_tests += tests/cmd/test_install.sh
check_PROGRAMS += tests/cmd/print_reference
tests_cmd_print_reference_SOURCES = tests/cmd/print_reference.c
