# tocsinctl: one file per group of commands.
bin_PROGRAMS += tocsinctl
tocsinctl_SOURCES = cmd/tocsinctl/main.c cmd/tocsinctl/ctl.h cmd/tocsinctl/verbs.c
tocsinctl_SOURCES += cmd/tocsinctl/client.h cmd/tocsinctl/client.c
tocsinctl_SOURCES += cmd/tocsinctl/output.h cmd/tocsinctl/output.c
tocsinctl_SOURCES += cmd/tocsinctl/filter.h cmd/tocsinctl/filter.c
tocsinctl_SOURCES += cmd/tocsinctl/acks.c
tocsinctl_SOURCES += cmd/tocsinctl/alerts.c
tocsinctl_SOURCES += cmd/tocsinctl/connectors.c
tocsinctl_SOURCES += cmd/tocsinctl/lists.c
tocsinctl_SOURCES += cmd/tocsinctl/receivers.c
tocsinctl_SOURCES += cmd/tocsinctl/status.c
tocsinctl_SOURCES += cmd/tocsinctl/tail.c
tocsinctl_SOURCES += cmd/tocsinctl/token.c
