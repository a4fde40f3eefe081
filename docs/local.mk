# docs: man pages and reference.
