import {
	BOOLEAN,
	BYTES,
	checkArgument,
	checkOptions,
	FUNCTION,
	type KindsOf,
	NUMBER,
	SIGNAL,
} from "../arguments.js";
import type { ModuliGroup } from "../encoding/moduli-table.js";
import { InvalidArgumentError } from "../errors.js";
import { MAX_TABLE_BYTES } from "../files/limit.js";
import { groupOfPrime } from "../groups/groups.js";
import { frobeniusRounds } from "../primality/frobenius.js";
import { availableProcessors } from "../threads/processors.js";
import { DEFAULT_POLICY } from "../validate/policy.js";
import { describeCompositeness } from "../validate/primality.js";
import { tableFindings } from "./findings.js";
import { fullTest } from "./full-test.js";
import { squaresOf } from "./generator-order.js";
import { QUICK_ROUNDS, quickTest } from "./quick-test.js";
import { readTable } from "./read-table.js";
import {
	MODULI_REPORT_VERSION,
	type ModuliFinding,
	type ModuliReport,
	worstOf,
} from "./report.js";
import { seedFindings } from "./seed-origin.js";
import { sizesOf } from "./sizes.js";

export interface CheckModuliOptions {
	/** All checks that `validate` does, with an error below 2^−128, instead of the fast test. */
	readonly full?: boolean | undefined;
	/** Threads that work. Default: one for each processor available to this process and its container. */
	readonly threads?: number | undefined;
	/** Rejects the promise with its reason; the threads end at once. */
	readonly signal?: AbortSignal | undefined;
	/** Called when a modulus has been tested. */
	readonly onProgress?: ((progress: CheckModuliProgress) => void) | undefined;
	/** Called with each finding when it is made; a composite is found in the first round. */
	readonly onFinding?: ((finding: ModuliFinding) => void) | undefined;
}

/** How far a check of a table is. */
export interface CheckModuliProgress {
	/** "sift" while a first round looks for composites among all moduli. */
	readonly phase: "sift" | "validate";
	/** Moduli that this phase has tested, and all that it tests. */
	readonly done: number;
	readonly total: number;
	/** The part of the work of this phase that is done, 0 … 1. */
	readonly share: number;
}

const OPTIONS: KindsOf<CheckModuliOptions> = {
	full: BOOLEAN,
	threads: NUMBER,
	signal: SIGNAL,
	onProgress: FUNCTION,
	onFinding: FUNCTION,
};

/**
 * Checks a table of OpenSSH's groups, moduli(5): each line as sshd reads it, each modulus and generator as if an attacker
 * had made it, and what sshd picks from the table. Time and memory grow in step with the table; each modulus of 8192 bits takes
 * about a second of a processor (full: three).
 *
 * @param table the bytes of a table, such as those of /etc/ssh/moduli; at most 16 MiB, some 10,000 groups
 * @param options threads, progress and a signal; see {@link CheckModuliOptions}
 * @returns the report: what sshd does with each line, and what the table lacks
 * @throws {@link InvalidArgumentError} for a table or option of another type, and for a larger table
 * @throws {@link WorkerError} where a thread cannot start or ends early
 * @example
 * const report = await checkModuli(await readFile("/etc/ssh/moduli"));
 * if (report.verdict === "reject") console.error(report.findings);
 */
export async function checkModuli(
	table: Uint8Array,
	options: CheckModuliOptions = {},
): Promise<ModuliReport> {
	checkArgument("table", table, BYTES);
	const given: CheckModuliOptions = checkOptions(
		"an option of checkModuli",
		options,
		OPTIONS,
	);
	const { full = false, threads = availableProcessors() } = given;
	if (!Number.isInteger(threads) || threads < 1) {
		throw new InvalidArgumentError(
			`threads is ${threads}; it must be a whole number from 1.`,
		);
	}
	if (table.length > MAX_TABLE_BYTES) {
		throw new InvalidArgumentError(
			`The table has ${table.length} bytes; at most ${MAX_TABLE_BYTES} are checked.`,
		);
	}
	given.signal?.throwIfAborted();
	const text = Buffer.from(table).toString("latin1");
	const read = readTable(text);
	const findings: ModuliFinding[] = [];
	const found = (finding: ModuliFinding) => {
		findings.push(finding);
		given.onFinding?.(finding);
	};
	for (const finding of read.findings) found(finding);
	const squares = await squaresOf(read.groups, given.signal);
	const sizes = sizesOf(read, squares);
	const atOnce = [
		...tableFindings(read, sizes, squares),
		...seedFindings(text, read.groups),
	];
	for (const finding of atOnce) found(finding);

	const groups = firstOfEach(read.groups);
	const isTested = ({ p }: ModuliGroup) =>
		p > 0n && p % 2n === 1n && groupOfPrime(p) === undefined;
	const tested = groups.filter(isTested);
	const { signal, onProgress } = given;
	const resources = { threads, signal, onProgress };
	if (full) {
		for await (const finding of fullTest(tested, resources)) {
			found(finding);
		}
	} else {
		const primes = tested.map(({ p }) => p);
		await quickTest(
			primes,
			(index, fault) => {
				const group = tested[index] as ModuliGroup;
				const name = fault.of === "p" ? "p" : "(p − 1)/2";
				found({
					id: "modulus",
					verdict: "reject",
					line: group.line,
					message: `p is not a safe prime: ${describeCompositeness(name, fault.found)}.`,
				});
			},
			resources,
		);
	}
	const errorExponent = -2 * (full ? DEFAULT_POLICY.rounds : QUICK_ROUNDS);
	return {
		version: MODULI_REPORT_VERSION,
		verdict: worstOf(findings),
		lines: read.lines,
		groups: read.groups.length,
		test: {
			mode: full ? "full" : "fast",
			moduli: tested.length,
			rounds: full ? frobeniusRounds(-errorExponent) : QUICK_ROUNDS,
			errorExponent,
		},
		sizes,
		findings: inOrder(findings),
	};
}

/** The first group with each p. */
function firstOfEach(groups: readonly ModuliGroup[]): ModuliGroup[] {
	const byPrime = new Map<bigint, ModuliGroup>();
	for (const group of groups) {
		if (!byPrime.has(group.p)) byPrime.set(group.p, group);
	}
	return [...byPrime.values()];
}

/** By line; those about the whole table last. */
function inOrder(findings: readonly ModuliFinding[]): ModuliFinding[] {
	const place = ({ line }: ModuliFinding) => line ?? Number.POSITIVE_INFINITY;
	return findings.toSorted((a, b) =>
		place(a) === place(b) ? 0 : place(a) - place(b),
	);
}
