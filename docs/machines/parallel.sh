#!/bin/sh
# One group on many machines, by GNU parallel over ssh:
#   sh parallel.sh 8192 "example.org 2026" alpha beta gamma > dhparams.pem
# Each machine needs sshd, Perl and gen-dhparams. Interrupted? The same command goes on with what units.jsonl holds.
set -eu

bits=$1 seed=$2
shift 2
units=${UNITS:-units.jsonl} parts=${PARTS:-64}
hit='"hits":\[{'

# One part at a time on each machine: it uses all processors.
printf '1/%s\n' "$@" >"$units.hosts"

# 2 % of windows have no safe prime; the second window is for these.
for window in 0 1; do
	grep -qs "$hit" "$units" && break
	# The lines come in the order of the parts, so nothing after the first hit is needed: sed ends there, and parallel with it.
	# A machine that does not answer for 45 s counts as dead; its part goes to another.
	seq "$parts" | parallel --will-cite --sshloginfile "$units.hosts" --retries 3 --keep-order --quote \
		--ssh 'ssh -o BatchMode=yes -o ServerAliveInterval=15' \
		--joblog "$units.$window.log" --resume-failed \
		gen-dhparams work --bits "$bits" --seed "$seed" --window "$window" --part "{}/$parts" |
		sed -u "/$hit/q" >>"$units"
done

# Computes what is still missing, and proves the result.
gen-dhparams "$bits" --seed "$seed" --units "$units"
