# tests/torture: a checker over what receivers got; run by tests/system/torture.sh.
EXTRA_DIST += tests/torture/checker.py tests/torture/test_checker.py tests/torture/world.py tests/torture/failpoints.py
EXTRA_DIST += tests/torture/full_disk.py tests/torture/torture.py tests/system/torture.sh
