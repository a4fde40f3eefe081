# Prints C source as "file:line:code" with comments and the insides of texts blanked, so that words in them do not count.
FNR == 1 { inside = 0 }
{
	out = ""
	n = length($0)
	for (i = 1; i <= n; i++) {
		two = substr($0, i, 2)
		c = substr($0, i, 1)
		if (inside) {
			if (two == "*/") { inside = 0; i++ }
			continue
		}
		if (two == "/*") { inside = 1; i++; continue }
		if (two == "//") break
		if (c == "\"" || c == "'") {
			for (i++; i <= n && substr($0, i, 1) != c; i++)
				if (substr($0, i, 1) == "\\") i++
			out = out c c
			continue
		}
		out = out c
	}
	print FILENAME ":" FNR ":" out
}
