/** Consecutive candidates p(k) = first + step·k for k = 0 … length − 1. Plain data: workers receive it. */
export interface Window {
	/** −1 modulo the step. */
	readonly first: bigint;
	readonly step: number;
	readonly length: number;
}

/** The candidate at `index` of the window. */
export function candidate({ first, step }: Window, index: number): bigint {
	return first + BigInt(step) * BigInt(index);
}

/** The index of p among the window's candidates, or undefined where it is none of them. */
export function indexOf(
	{ first, step, length }: Window,
	p: bigint,
): number | undefined {
	const offset = p - first;
	const index = offset / BigInt(step);
	const isCandidate =
		offset >= 0n && offset % BigInt(step) === 0n && index < length;
	return isCandidate ? Number(index) : undefined;
}
