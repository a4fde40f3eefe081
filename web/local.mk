# web: the page. Built in a copy of the sources, so that they may be read-only; CONTRIBUTING.md tells how to work on it.
web_tools = $(srcdir)/web/build.mjs $(srcdir)/web/package.json $(srcdir)/web/package-lock.json $(srcdir)/web/tsconfig.json
EXTRA_DIST += web/build.mjs web/package.json web/package-lock.json web/tsconfig.json web/README.md web/src
web_manifest =
if WEB
web_manifest += $(WEB_DIST)/manifest
endif

if WEB_BUILD
# What make dist takes from the copy is as new as the sources; folders count, so that a file that went is noticed.
BUILT_SOURCES += web/dist/manifest
web/node_modules/.installed: $(srcdir)/web/package.json $(srcdir)/web/package-lock.json
	$(AM_V_GEN)$(MKDIR_P) web && { test $(srcdir)/web -ef web || \
		cp -f $(srcdir)/web/package.json $(srcdir)/web/package-lock.json web; } && cd web && \
		$(NPM) ci --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error >/dev/null && touch node_modules/.installed
web/dist/manifest: web/node_modules/.installed $(web_tools) $(shell find $(srcdir)/web/src)
	$(AM_V_GEN){ test $(srcdir)/web -ef web || \
		{ rm -rf web/src && cp -R $(srcdir)/web/src web && cp -f $(web_tools) web && chmod -R u+w web/src; }; } && \
		$(NODE) web/build.mjs
clean-local:
	rm -rf web/dist
distclean-local:
	rm -rf web/node_modules
	test $(srcdir)/web -ef web || rm -rf web
endif
