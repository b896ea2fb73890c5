import {
	BIGINT,
	BOOLEAN,
	BYTES,
	checkArgument,
	checkOptions,
	FUNCTION,
	type Kind,
	type KindsOf,
	NUMBER,
	OBJECT,
	SIGNAL,
	STRING,
} from "../arguments.js";
import type { Certificate } from "../certificate/certificate.js";
import { withAsn1 } from "../encoding/asn1.js";
import { checkSeed as assertSeed } from "../encoding/seed.js";
import { UnreadableParametersError } from "../errors.js";
import { DhParams } from "../params.js";
import { type ReadOptions, readOne } from "../reading/read.js";
import type { Reading } from "../reading/reading.js";
import { checkEncoding, unreadableReport } from "./encoding.js";
import {
	checkGeneratorOfPrime,
	checkGeneratorOfSafePrime,
	checkGeneratorRange,
	checkPrivateLength,
} from "./generator.js";
import { checkKnown } from "./known.js";
import { checkModulusForm, checkSpecialForm } from "./modulus.js";
import { opensslVerdict } from "./openssl-verdict.js";
import {
	POLICY_OPTIONS,
	type Policy,
	type PolicyOptions,
	policyOf,
} from "./policy.js";
import { checkPrimality } from "./primality.js";
import {
	type PrimalityOptions,
	type PrimalityResources,
	startPrimalityResources,
} from "./primality-resources.js";
import { type Check, type Report, reportOf } from "./report.js";
import { checkSize, checkSizeLimit } from "./size.js";
import { checkSmallFactors, checkSubgroup, smallFactors } from "./subgroup.js";
import { type Subject, subjectOf } from "./subject.js";

/**
 * Options of {@link validate}.
 *
 * @example
 * const options: ValidateOptions = { policy: "strict", seed: "mail.example.org 2026-11-24" };
 */
export interface ValidateOptions
	extends PolicyOptions,
		ReadOptions,
		PrimalityOptions {
	/** Add what `openssl dhparam -check` says of the same numbers. */
	readonly openssl?: boolean | undefined;
	/** The seed that p must come from; where none is given, the one that the file names is checked. */
	readonly seed?: string | undefined;
	/**
	 * The text of a certificate that must prove p a safe prime: JSON, or PARI/GP's form. Where none is given, the one in the
	 * comments of a PEM file is checked.
	 */
	readonly certificate?: string | undefined;
}

const VALIDATE_OPTIONS: KindsOf<ValidateOptions> = {
	...POLICY_OPTIONS,
	generator: BIGINT,
	openssl: BOOLEAN,
	seed: STRING,
	certificate: STRING,
	signal: SIGNAL,
	threads: NUMBER,
	engine: OBJECT,
	random: FUNCTION,
};

/** An ArrayBuffer is refused: the one behind a small Buffer is a pool that holds bytes of others too. */
const INPUT: Kind = {
	accepts: (value) =>
		typeof value === "string" ||
		value instanceof DhParams ||
		BYTES.accepts(value),
	expected: "a Uint8Array (such as a Buffer), a string or a DhParams",
};

/**
 * Checks parameters as if an attacker had made them: bytes or text in any format that `gen-dhparams check` reads, or values.
 * All checks run and are reported, unless one leaves nothing for the next. Bytes that hold no parameters get a report
 * too, with the check `encoding` rejected and no `bits`.
 *
 * @param input a Uint8Array, such as a Buffer, with at most 1 MiB; a string; or values. An ArrayBuffer is refused, since the
 * one behind a Buffer (`buffer.buffer`) is often a pool with the bytes of others: pass the Buffer, or `new Uint8Array(arrayBuffer)`.
 * @param options the policy, and what p must come from; see {@link ValidateOptions}
 * @returns the report: a verdict, and what each check found
 * @throws {@link InvalidArgumentError} for an input or option of another type, an unknown option, and thresholds that make no sense
 * @throws the signal's reason when it is aborted
 *
 * @example
 * const report = await validate(await readFile("dhparams.pem"));
 * if (report.verdict === "reject") console.error(report.checks);
 */
export async function validate(
	input: Uint8Array | string | DhParams,
	options: ValidateOptions = {},
): Promise<Report> {
	checkArgument("input", input, INPUT);
	const given: ValidateOptions = checkOptions(
		"an option of validate",
		options,
		VALIDATE_OPTIONS,
	);
	// Bad thresholds are an error also where there is nothing to compare with them.
	policyOf(given);
	if (given.seed !== undefined) assertSeed(given.seed);
	given.signal?.throwIfAborted();
	if (input instanceof DhParams) return validateReading(input, given);
	const reading = await tryToRead(input, { generator: given.generator });
	return reading instanceof UnreadableParametersError
		? unreadableReport(reading.message, given)
		: validateReading(reading, given);
}

/** What {@link validate} does with parameters that have been read. */
export async function validateReading(
	reading: DhParams | Reading,
	options: ValidateOptions,
): Promise<Report> {
	const { openssl, seed } = options;
	const policy = policyOf(options);
	if (seed !== undefined) assertSeed(seed);
	const params = reading instanceof DhParams ? reading : reading.params;
	const subject = subjectOf(params);
	// At the first need: a group of record needs none.
	let started: Promise<PrimalityResources> | undefined;
	const resources = () => {
		started ??= startPrimalityResources(subject.bits, policy.rounds, options);
		return started;
	};
	try {
		const checks = await checkGroup(subject, policy, resources, options);
		return reportOf(
			{
				bits: subject.bits,
				group: subject.group?.name ?? null,
				policy: policy.name,
				...(openssl
					? { openssl: await opensslVerdict(params, resources) }
					: {}),
			},
			reading instanceof DhParams
				? checks
				: [checkEncoding(reading), ...checks],
		);
	} finally {
		await (await started)?.[Symbol.asyncDispose]();
	}
}

/** What is claimed of the numbers. */
interface Claims extends Pick<ValidateOptions, "seed" | "signal"> {
	readonly certificate?: string | Certificate | undefined;
}

/** All checks of the numbers, cheap ones first; each of the first groups can end the rest. */
async function checkGroup(
	subject: Subject,
	policy: Policy,
	resources: () => Promise<PrimalityResources>,
	{ seed, certificate = subject.params.certificate, signal }: Claims,
): Promise<Check[]> {
	const limit = checkSizeLimit(subject, policy);
	if (limit.verdict === "reject") return [limit];
	const cheap = [
		limit,
		checkSize(subject, policy),
		checkModulusForm(subject, policy),
	];
	const range = checkGeneratorRange(subject, policy);
	const ends = [
		...(range ? [range] : []),
		...checkPrivateLength(subject, policy),
	];
	if (
		cheap.some(
			({ id, verdict }) => id === "modulus-form" && verdict === "reject",
		)
	) {
		return [...cheap, ...ends];
	}
	// Few files name a seed, and what makes candidates from one takes as long to load as everything else here.
	const hasSeed = seed !== undefined || subject.params.origin !== undefined;
	const origin = hasSeed
		? await (await import("./seed.js")).checkSeed(subject, seed, resources)
		: undefined;
	cheap.push(
		...checkKnown(subject, policy),
		...(origin ? [origin] : []),
		checkSpecialForm(subject, policy),
	);

	const byCertificate =
		certificate === undefined ? undefined : await import("./certificate.js");
	const proved = await byCertificate?.checkProof(
		subject,
		certificate as string,
		signal,
	);
	if (proved !== undefined) cheap.push(proved);
	const primality =
		byCertificate !== undefined && proved?.verdict === "accept"
			? byCertificate.provedPrimality()
			: await checkPrimality(subject, policy, resources);
	cheap.push(...primality.checks);
	if (!primality.isPrime) return [...cheap, ...ends];

	cheap.push(
		...(await checkSubgroup(subject, primality.isSafe, policy, resources)),
	);
	if (subject.params.validation !== undefined) {
		const { checkFipsSeed } = await import("./fips-seed.js");
		cheap.push(...(await checkFipsSeed(subject, resources)));
	}
	if (primality.isSafe) {
		const order = range ?? checkGeneratorOfSafePrime(subject);
		return [...cheap, order, ...checkPrivateLength(subject, policy)];
	}
	const factors = smallFactors(subject.params.p);
	return [
		...cheap,
		checkSmallFactors(factors, subject, policy),
		...(range
			? [range]
			: await checkGeneratorOfPrime(subject, factors, policy, resources)),
		...checkPrivateLength(subject, policy),
	];
}

async function tryToRead(
	input: Uint8Array | string,
	options: ReadOptions,
): Promise<Reading | UnreadableParametersError> {
	const bytes = typeof input === "string" ? Buffer.from(input) : input;
	try {
		return await withAsn1(() => readOne(bytes, options));
	} catch (error) {
		if (error instanceof UnreadableParametersError) return error;
		throw error;
	}
}
