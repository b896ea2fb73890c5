// SP 800-57 part 1 revision 5, table 2: bits of p, and the strength in bits of what it protects.
const STRENGTHS = [
	[15_360, 256],
	[7680, 192],
	[3072, 128],
	[2048, 112],
	[1024, 80],
] as const;

/** The strength of a group with a p of so many bits; 0 below 1024. */
export function strengthOf(bits: number): number {
	return STRENGTHS.find(([least]) => bits >= least)?.[1] ?? 0;
}
