/** Consecutive candidates p(k) = first + step·factor·k for k = 0 … length − 1. Plain data: workers receive it. */
export interface Window {
	/** −1 modulo the step. */
	readonly first: bigint;
	readonly step: number;
	/**
	 * A prime that divides (q − 1)/2 of every candidate p = 2q + 1, for a search with a certificate: first is
	 * 3 modulo 4·factor. 1 where there is none.
	 */
	readonly factor?: bigint | undefined;
	readonly length: number;
}

/** The candidate at `index` of the window. */
export function candidate(window: Window, index: number): bigint {
	return window.first + distance(window) * BigInt(index);
}

/** The index of p among the window's candidates, or undefined where it is none of them. */
export function indexOf(window: Window, p: bigint): number | undefined {
	const offset = p - window.first;
	const step = distance(window);
	const index = offset / step;
	const isCandidate =
		offset >= 0n && offset % step === 0n && index < window.length;
	return isCandidate ? Number(index) : undefined;
}

/** From one candidate to the next. */
function distance({ step, factor = 1n }: Window): bigint {
	return BigInt(step) * factor;
}
