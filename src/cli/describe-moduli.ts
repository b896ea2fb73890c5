import type { ModuliProgress, SizeProgress } from "../moduli/progress.js";
import {
	count,
	duration,
	joined,
	machinesIn,
	sieving,
} from "./progress-line.js";

/** Such as "4096 bits: 3 of 20 groups, about 8 min 20 s left, 2 h 10 min for all sizes, 12 min 05 s so far, 310 tests/s". */
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
			`${duration(elapsedMs)} so far${machinesIn(progress)}`,
			{
				sieve: sieving(progress),
				test: `${count(progress.testsPerSecond)} tests/s`,
				verify: "verifying",
			}[phase],
		],
		columns,
	);
}

function sizeState({ found, wanted, remainingMs }: SizeProgress): string {
	return `${found} of ${wanted} groups, about ${duration(remainingMs)} left`;
}
