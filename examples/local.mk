# examples: runnable configurations, the unit, demo.
EXTRA_DIST += examples/README.md examples/kafka.conf
EXTRA_DIST += examples/react-toasts/README.md examples/react-toasts/package.json examples/react-toasts/package-lock.json \
	examples/react-toasts/tsconfig.json examples/react-toasts/src examples/react-toasts/test
dist_doc_DATA += examples/tocsin.conf

EXTRA_DIST += examples/tocsind.service.in
CLEANFILES += examples/tocsind.service
examples/tocsind.service: examples/tocsind.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) examples && \
	sed -e 's|@sbindir[@]|$(sbindir)|g' -e 's|@sysconfdir[@]|$(sysconfdir)|g' \
		$(srcdir)/examples/tocsind.service.in >$@.tmp && mv $@.tmp $@
if WITH_UNIT
systemdsystemunit_DATA = examples/tocsind.service
endif
