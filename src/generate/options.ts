import {
	BOOLEAN,
	checkArgument,
	FUNCTION,
	type Kind,
	type KindsOf,
	NUMBER,
	OBJECT,
	SIGNAL,
	STRING,
} from "../arguments.js";
import { checkSeed } from "../encoding/seed.js";
import { InvalidArgumentError, WeakSizeError } from "../errors.js";
import type { Incident } from "../machines/coordinator-request.js";
import { MAX_BITS, MIN_BITS } from "../search/plan.js";
import type { Progress } from "../search/progress.js";
import { residueClass } from "../search/residue-class.js";

/** OPENSSL_DH_MAX_MODULUS_BITS: what OpenSSL works with, and what `validate` accepts by default (CVE-2023-3446). */
export const OPENSSL_MAX_BITS = 10_000;
/** What current clients accept: OpenSSL's security level 2, RFC 9325 section 4.1. */
export const RECOMMENDED_BITS = 2048;
/** What needs `allowWeak`: clients refuse less since Logjam (CVE-2015-4000). */
export const WEAK_BITS = 1024;

const MAX_THREADS = 1024;
const MAX_NICE = 19;

/**
 * What one search is asked for.
 *
 * @example
 * const options: SearchOptions = { generator: 5, seed: "mail.example.org 2026-11-24" };
 */
export interface SearchOptions {
	/** The generator g, 2 … 255; its order will be q. Default 2. */
	readonly generator?: number | undefined;
	/** Needed for sizes below 1024 bits. Default false. */
	readonly allowWeak?: boolean | undefined;
	/**
	 * Derive the search from this text, 1 … 1024 bytes of UTF-8, which lets anyone check that p was not chosen: the same
	 * seed, size and generator give the same group everywhere (docs/seeds.md). Default: random numbers.
	 */
	readonly seed?: string | undefined;
	/**
	 * Make a proof too that p and (p − 1)/2 are prime, for anyone to check: the `certificate` of the result
	 * (docs/proofs.md). With a seed, its group is another one. Default false.
	 */
	readonly provable?: boolean | undefined;
	/**
	 * A file that notes what is decided, for long searches: after an interruption the same call goes on from it, with any
	 * number of threads and on any machine, and gives the same group as without the interruption. The file is made where it
	 * does not exist. Without `seed` one is drawn and noted in it (docs/seeds.md). Default: none.
	 */
	readonly journal?: string | undefined;
	/**
	 * A queue at which other machines take parts of the search, such as "redis://queue.example.org", and wait for them with
	 * `join` (docs/machines.md). This process takes parts too. Needs the packages bullmq and ioredis or pg. Default: none.
	 */
	readonly queue?: string | QueueOptions | undefined;
	/**
	 * A file of the results of units of work: those in it need not be computed again, and further ones are added. It is
	 * what a journal is for a search on one machine. Default: none.
	 */
	readonly units?: string | undefined;
	/** Told of machines that die, fail or compute wrongly, and of lost connections; the search goes on. */
	readonly onIncident?: ((incident: Incident) => void) | undefined;
	/** Stops the search; the promise then rejects with the signal's reason. */
	readonly signal?: AbortSignal | undefined;
	/** Called at the start of each phase and ten times a second while candidates are tested. */
	readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What of a search's options is about other machines. */
export type SharedOptions = Pick<
	SearchOptions,
	"queue" | "units" | "onIncident"
>;

/**
 * A queue on a server, and how it is reached.
 *
 * @example
 * const queue: QueueOptions = { url: "rediss://queue.example.org", prefix: "team1" };
 */
export interface QueueOptions {
	/** redis://HOST:PORT, rediss://HOST:PORT (TLS) or postgres://HOST:PORT/DATABASE */
	readonly url: string;
	/** What the queue's keys begin with; all machines give the same. Default "gen_dhparams". */
	readonly prefix?: string | undefined;
	/** Default: that of the URL, or of REDISCLI_AUTH, PGPASSWORD or ~/.pgpass. */
	readonly password?: string | undefined;
	/** Certificates of authorities in PEM, instead of those of Node. */
	readonly ca?: string | undefined;
	/** How long a machine that does not answer keeps its unit, in ms, 1000 … 600,000. Default 10,000. */
	readonly lockMs?: number | undefined;
}

/** As its address alone, or with options. */
export const QUEUE: Kind = {
	accepts: (value) => STRING.accepts(value) || OBJECT.accepts(value),
	expected: "the URL of a queue, or an object with one",
};

/**
 * The threads of a pool, and how much of the machine they take.
 *
 * @example
 * const options: ThreadOptions = { threads: 4, nice: 10, cpuShare: 0.5 };
 */
export interface ThreadOptions {
	/** Worker threads, 1 … 1024. Default: one for each processor available to this process and its container. */
	readonly threads?: number | undefined;
	/** Added to the niceness of the threads, 0 … 19; on Linux to theirs alone, elsewhere to that of the whole process. Default 0. */
	readonly nice?: number | undefined;
	/** The share of a processor that each thread may use, above 0, up to 1. Default 1. */
	readonly cpuShare?: number | undefined;
}

/**
 * Options of {@link generate}. The default is no more threads than shorten one search.
 *
 * @example
 * const options: GenerateOptions = { threads: 2, signal: AbortSignal.timeout(60_000) };
 */
export interface GenerateOptions extends SearchOptions, ThreadOptions {}

export const SEARCH_OPTIONS: KindsOf<SearchOptions> = {
	generator: NUMBER,
	allowWeak: BOOLEAN,
	seed: STRING,
	provable: BOOLEAN,
	journal: STRING,
	queue: QUEUE,
	units: STRING,
	onIncident: FUNCTION,
	signal: SIGNAL,
	onProgress: FUNCTION,
};

export const THREAD_OPTIONS: KindsOf<ThreadOptions> = {
	threads: NUMBER,
	nice: NUMBER,
	cpuShare: NUMBER,
};

export const GENERATE_OPTIONS: KindsOf<GenerateOptions> = {
	...SEARCH_OPTIONS,
	...THREAD_OPTIONS,
};

/**
 * Throws what a search would for arguments out of range, before anything starts.
 *
 * @throws {@link InvalidArgumentError}
 * @throws {@link WeakSizeError}
 */
export function checkRequest(
	bits: number,
	{ generator = 2, allowWeak = false, seed, ...others }: GenerateOptions,
): void {
	checkArgument("bits", bits, NUMBER);
	checkSize(bits, allowWeak);
	checkThreads(others);
	residueClass(generator);
	if (seed !== undefined) checkSeed(seed);
	checkOneRecord(others);
}

/** @throws {@link InvalidArgumentError} for a journal of a search whose units are noted, or shared */
export function checkOneRecord({
	journal,
	queue,
	units,
}: Pick<SearchOptions, "journal" | "queue" | "units">): void {
	if (journal === undefined || (queue ?? units) === undefined) return;
	throw new InvalidArgumentError(
		"A journal is of a search on one machine; name a file of units instead, which notes what other machines do too.",
	);
}

/** @throws {@link InvalidArgumentError} for a number out of range */
export function checkThreads({
	threads = 1,
	nice = 0,
	cpuShare = 1,
}: ThreadOptions): void {
	if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
		throw new InvalidArgumentError(
			`${threads} threads cannot be started; give a whole number from 1 to ${MAX_THREADS}.`,
		);
	}
	if (!Number.isInteger(nice) || nice < 0 || nice > MAX_NICE) {
		throw new InvalidArgumentError(
			`nice is ${nice}; give a whole number from 0, the usual priority, to ${MAX_NICE}, the lowest.`,
		);
	}
	if (!(cpuShare > 0 && cpuShare <= 1)) {
		throw new InvalidArgumentError(
			`The share of the processor is ${cpuShare}; it must be above 0 and at most 1, all of it.`,
		);
	}
}

function checkSize(bits: number, allowWeak: boolean): void {
	if (!Number.isInteger(bits) || bits < MIN_BITS || bits > MAX_BITS) {
		throw new InvalidArgumentError(
			`${bits} is not a valid size for DH parameters; give a whole number of bits from ${MIN_BITS} to ${MAX_BITS}, such as 2048.`,
		);
	}
	if (bits < WEAK_BITS && !allowWeak) {
		throw new WeakSizeError(
			`A group of ${bits} bits can be broken with a modest computer (Logjam, CVE-2015-4000), and current clients refuse it: "dh key too small". Use 2048 bits.`,
		);
	}
}
