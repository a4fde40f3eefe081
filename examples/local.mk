# examples: runnable configurations, the unit, demo.
EXTRA_DIST += examples/README.md examples/kafka.conf
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
