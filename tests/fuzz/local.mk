# fuzz: one target per parser. A new one adds a block like those below and a few small files in corpus/NAME.
# --enable-fuzz (CC=clang) links them with libFuzzer: make fuzz builds them, run.sh runs them. Else they replay their corpus in make
# check.
fuzz_targets =
fuzz_main =
fuzz_link = $(AM_LDFLAGS)
if FUZZ
fuzz_link += -fsanitize=fuzzer
EXTRA_PROGRAMS += $(fuzz_targets)
fuzz: $(fuzz_targets)
else
fuzz_main += tests/fuzz/replay.c
plain_tests += $(fuzz_targets)
endif
.PHONY: fuzz
EXTRA_DIST += tests/fuzz/replay.c tests/fuzz/corpus tests/fuzz/run.sh

fuzz_targets += tests/fuzz/fuzz_config
tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c $(fuzz_main)
tests_fuzz_fuzz_config_LDFLAGS = $(fuzz_link)

fuzz_targets += tests/fuzz/fuzz_duration
tests_fuzz_fuzz_duration_SOURCES = tests/fuzz/fuzz_duration.c $(fuzz_main)
tests_fuzz_fuzz_duration_LDFLAGS = $(fuzz_link)

fuzz_targets += tests/fuzz/fuzz_json
tests_fuzz_fuzz_json_SOURCES = tests/fuzz/fuzz_json.c $(fuzz_main)
tests_fuzz_fuzz_json_LDFLAGS = $(fuzz_link)

fuzz_targets += tests/fuzz/fuzz_matcher
tests_fuzz_fuzz_matcher_SOURCES = tests/fuzz/fuzz_matcher.c $(fuzz_main)
tests_fuzz_fuzz_matcher_LDFLAGS = $(fuzz_link)

fuzz_targets += tests/fuzz/fuzz_template
tests_fuzz_fuzz_template_SOURCES = tests/fuzz/fuzz_template.c $(fuzz_main)
tests_fuzz_fuzz_template_LDFLAGS = $(fuzz_link)
fuzz_targets += tests/fuzz/fuzz_message
tests_fuzz_fuzz_message_SOURCES = tests/fuzz/fuzz_message.c $(fuzz_main)
tests_fuzz_fuzz_message_LDFLAGS = $(fuzz_link)

fuzz_targets += tests/fuzz/fuzz_connect_rest
tests_fuzz_fuzz_connect_rest_SOURCES = tests/fuzz/fuzz_connect_rest.c $(fuzz_main)
tests_fuzz_fuzz_connect_rest_LDFLAGS = $(fuzz_link)

fuzz_targets += tests/fuzz/fuzz_jolokia
tests_fuzz_fuzz_jolokia_SOURCES = tests/fuzz/fuzz_jolokia.c $(fuzz_main)
tests_fuzz_fuzz_jolokia_LDFLAGS = $(fuzz_link)

fuzz_targets += tests/fuzz/fuzz_object_name
tests_fuzz_fuzz_object_name_SOURCES = tests/fuzz/fuzz_object_name.c $(fuzz_main)
tests_fuzz_fuzz_object_name_LDFLAGS = $(fuzz_link)
fuzz_targets += tests/fuzz/fuzz_text_parser
tests_fuzz_fuzz_text_parser_SOURCES = tests/fuzz/fuzz_text_parser.c $(fuzz_main)
tests_fuzz_fuzz_text_parser_LDFLAGS = $(fuzz_link)

fuzz_targets += tests/fuzz/fuzz_collector_json
tests_fuzz_fuzz_collector_json_SOURCES = tests/fuzz/fuzz_collector_json.c $(fuzz_main)
tests_fuzz_fuzz_collector_json_LDFLAGS = $(fuzz_link)
fuzz_targets += tests/fuzz/fuzz_scenario
tests_fuzz_fuzz_scenario_SOURCES = tests/fuzz/fuzz_scenario.c $(fuzz_main)
tests_fuzz_fuzz_scenario_LDFLAGS = $(fuzz_link)

fuzz_targets += tests/fuzz/fuzz_query
tests_fuzz_fuzz_query_SOURCES = tests/fuzz/fuzz_query.c $(fuzz_main)
tests_fuzz_fuzz_query_LDFLAGS = $(fuzz_link)

fuzz_targets += tests/fuzz/fuzz_http_body
tests_fuzz_fuzz_http_body_SOURCES = tests/fuzz/fuzz_http_body.c $(fuzz_main)
tests_fuzz_fuzz_http_body_LDFLAGS = $(fuzz_link)

fuzz_targets += tests/fuzz/fuzz_content_coding
tests_fuzz_fuzz_content_coding_SOURCES = tests/fuzz/fuzz_content_coding.c $(fuzz_main)
tests_fuzz_fuzz_content_coding_LDFLAGS = $(fuzz_link)
