# lint: scripts over the source tree.
