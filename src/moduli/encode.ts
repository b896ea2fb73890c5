import {
	checkArgument,
	checkOptions,
	type Kind,
	type KindsOf,
	NUMBER,
	SIGNAL,
} from "../arguments.js";
import { encodeModuliLine } from "../encoding/moduli.js";
import { InvalidArgumentError } from "../errors.js";
import { DhParams } from "../params.js";
import { availableProcessors } from "../threads/processors.js";
import { describeCompositeness } from "../validate/primality.js";
import { QUICK_ROUNDS, quickTest } from "./quick-test.js";

export interface EncodeModuliOptions {
	/** Threads that test. Default: one for each processor available to this process and its container. */
	readonly threads?: number | undefined;
	/** Rejects the promise with its reason. */
	readonly signal?: AbortSignal | undefined;
}

const OPTIONS: KindsOf<EncodeModuliOptions> = {
	threads: NUMBER,
	signal: SIGNAL,
};

const SETS: Kind = {
	accepts: (value) =>
		Array.isArray(value) && value.every((one) => one instanceof DhParams),
	expected: "an array of DhParams",
};

// Numbers below this are not tested by rounds of Miller-Rabin; sshd uses none below 2048 bits.
const LEAST = 1n << 64n;

/**
 * A table of OpenSSH's groups, moduli(5): a line for each set, in their order. A line says when its modulus was tested and
 * by how many rounds; so each is tested here, by trial division and rounds of Miller-Rabin with secret random bases.
 * sshd wants the sizes in ascending order: see `checkModuli`.
 *
 * @param sets each with a safe prime p of 65 bits and more; sshd uses 2048 to 8192 bits
 * @param options threads and a signal; see {@link EncodeModuliOptions}
 * @returns the text of the table
 * @throws {@link InvalidArgumentError} for a p that is not a safe prime, a q that is not (p − 1)/2, and a g outside 2 … p − 2
 * @throws {@link WorkerError} where a thread cannot start or ends early
 *
 * @example
 * await writeFile("moduli", await encodeModuli([namedGroup("ffdhe3072"), await generate(3072)]));
 */
export async function encodeModuli(
	sets: readonly DhParams[],
	options: EncodeModuliOptions = {},
): Promise<string> {
	checkArgument("sets", sets, SETS);
	const { threads = availableProcessors(), signal }: EncodeModuliOptions =
		checkOptions("an option of encodeModuli", options, OPTIONS);
	if (!Number.isInteger(threads) || threads < 1) {
		throw new InvalidArgumentError(
			`threads is ${threads}; it must be a whole number from 1.`,
		);
	}
	const faults = new Map<bigint, string>();
	for (const params of sets) {
		const fault = faultOf(params);
		if (fault !== undefined) faults.set(params.p, fault);
	}
	if (faults.size === 0) {
		const primes = [...new Set(sets.map(({ p }) => p))];
		await quickTest(
			primes,
			(index, { of, found }) => {
				const name = of === "p" ? "p" : "(p − 1)/2";
				const why = describeCompositeness(name, found);
				faults.set(primes[index] as bigint, `p is not a safe prime: ${why}`);
			},
			{ threads, signal },
		);
	}
	const bad = sets.find(({ p }) => faults.has(p));
	if (bad !== undefined) {
		const which = sets.length === 1 ? "" : ` of ${bad.bits} bits`;
		throw new InvalidArgumentError(
			`moduli(5) holds groups with a safe prime. The parameters${which} cannot be written: ${faults.get(bad.p)}.`,
		);
	}
	const time = new Date();
	return sets
		.map((set) => encodeModuliLine(set, { time, tries: QUICK_ROUNDS }))
		.join("");
}

/** What needs no test. */
function faultOf({ p, g, q }: DhParams): string | undefined {
	if (q !== undefined && 2n * q + 1n !== p) return "their q is not (p − 1)/2";
	if (p < LEAST) return "p has 64 bits or fewer";
	if (p % 2n === 0n) return "p is even";
	return g < 2n || g > p - 2n ? "g is not in 2 … p − 2" : undefined;
}
