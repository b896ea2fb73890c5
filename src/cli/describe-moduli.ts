import type { ModuliProgress, SizeProgress } from "../moduli/progress.js";
import { count, duration, joined } from "./progress-line.js";

/** Such as "4096 bits: 3 of 20 found, 8 min left for this size, 2 h 10 min for all, 12 min so far, testing, 310/s". */
export function describeModuli(
	progress: ModuliProgress,
	columns = Number.POSITIVE_INFINITY,
): string {
	const { bits, phase, sizes, remainingMs, elapsedMs } = progress;
	const size = sizes.find((each) => each.bits === bits);
	return joined(
		[
			`${bits} bits: ${size === undefined ? "" : sizeState(size)}`,
			...(sizes.length > 1 ? [`${duration(remainingMs)} for all sizes`] : []),
			`${duration(elapsedMs)} so far`,
			phase === "test"
				? `${count(progress.testsPerSecond)} tests/s`
				: { sieve: "sieving", verify: "verifying" }[phase],
		],
		columns,
	);
}

function sizeState({ found, wanted, remainingMs }: SizeProgress): string {
	return `${found} of ${wanted} groups, about ${duration(remainingMs)} left`;
}
