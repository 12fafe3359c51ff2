# SPDX-License-Identifier: GPL-3.0-or-later
# Reads `objdump -d --no-show-raw-insn`; prints the instructions of the loop in function `name` that
# calls nothing: from where the last backward jump over no call leads, to that jump.
function number(hex, value, i) {
	value = 0
	for (i = 1; i <= length(hex); i++)
		value = value * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
	return value
}

/^[0-9a-f]+ </ { inside = $2 == "<" name ">:" }

inside && /^ *[0-9a-f]+:/ {
	sub(/:$/, "", $1)
	at[++nr] = number($1)
	$1 = ""
	sub(/ *#.*/, "")
	sub(/^ */, "")
	code[nr] = $0
}

END {
	for (i = 1; i <= nr; i++) {
		if (code[i] !~ /^(j|b[. ]|cbn?z|tbn?z)/ || !match(code[i], /[0-9a-f]+ </))
			continue
		target = number(substr(code[i], RSTART, RLENGTH - 2))
		if (target > at[i])
			continue
		body = ""
		for (j = 1; j <= i; j++)
			if (at[j] >= target)
				body = body code[j] "\n"
		if (body !~ /(^|\n)(call|bl)/)
			found = body
	}
	printf "%s", found
}
