# tests/system: one program per module.
EXTRA_DIST += tests/system/harness.py tests/system/kafka_world.py
EXTRA_DIST += tests/system/story.sh tests/system/story.py tests/system/trouble.py
EXTRA_DIST += tests/system/channels.sh tests/system/channels.py
EXTRA_DIST += tests/system/tls.sh tests/system/tls.py
EXTRA_DIST += tests/system/react_toasts.sh
EXTRA_DIST += tests/system/web.sh
