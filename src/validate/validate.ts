import { randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { bigintEngine } from "../arithmetic/bigint-engine.js";
import type { Engine } from "../arithmetic/engine.js";
import { type Reading, type ReadOptions, readOne } from "../encoding/read.js";
import { UnreadableParametersError } from "../errors.js";
import { DhParams } from "../params.js";
import { PrimalityJudge } from "../primality/judge.js";
import type { RandomBytes } from "../primality/miller-rabin.js";
import {
	checkGeneratorOfPrime,
	checkGeneratorOfSafePrime,
	checkGeneratorRange,
	checkPrivateLength,
} from "./generator.js";
import { checkKnown } from "./known.js";
import { checkModulusForm, checkSpecialForm } from "./modulus.js";
import { type Policy, type PolicyOptions, policyOf } from "./policy.js";
import { checkPrimality } from "./primality.js";
import { type Check, type Report, reportOf } from "./report.js";
import { checkSize, checkSizeLimit } from "./size.js";
import { checkSmallFactors, checkSubgroup, smallFactors } from "./subgroup.js";
import { type Subject, subjectOf } from "./subject.js";

export interface ValidateOptions extends PolicyOptions, ReadOptions {
	/** Rejects the promise with its reason, within the time of one batch of powers. */
	readonly signal?: AbortSignal;
	/** The arithmetic; the fastest that works here unless given. */
	readonly engine?: Engine;
	/** Where the secret bases come from; `crypto.randomBytes` unless a test wants to repeat itself. */
	readonly random?: RandomBytes;
}

/**
 * Judges parameters as if an attacker had made them: bytes or text as {@link readOne} reads them, or values.
 * All checks run and are reported, unless one leaves nothing for the next. Bytes that hold no parameters get a report
 * too, with the check `encoding` rejected and no `bits`.
 *
 * @throws {InvalidArgumentError} for thresholds that make no sense
 * @example
 * const report = await validate(await readFile("dhparams.pem"));
 * if (report.verdict === "reject") console.error(report.checks);
 */
export async function validate(
	input: Uint8Array | string | DhParams | Reading,
	options: ValidateOptions = {},
): Promise<Report> {
	const { generator, signal, engine, random, ...rest } = options;
	const policy = policyOf(rest);
	signal?.throwIfAborted();
	const reading = isRead(input)
		? input
		: tryToRead(input, { ...(generator === undefined ? {} : { generator }) });
	if (reading instanceof UnreadableParametersError) {
		return reportOf({ bits: null, group: null, policy: policy.name }, [
			unreadable(reading),
		]);
	}
	const params = reading instanceof DhParams ? reading : reading.params;
	const subject = subjectOf(params);
	const checks = [
		...(reading instanceof DhParams ? [] : [encoding(reading)]),
		...(await checkGroup(subject, policy, {
			engine: engine ?? bigintEngine,
			random: random ?? randomBytes,
			pause: async () => {
				await setImmediate();
				signal?.throwIfAborted();
			},
		})),
	];
	return reportOf(
		{
			bits: subject.bits,
			group: subject.group?.name ?? null,
			policy: policy.name,
		},
		checks,
	);
}

interface Tools {
	readonly engine: Engine;
	readonly random: RandomBytes;
	readonly pause: () => Promise<void>;
}

/** All checks of the numbers, cheap ones first; each of the first groups can end the rest. */
async function checkGroup(
	subject: Subject,
	policy: Policy,
	tools: Tools,
): Promise<Check[]> {
	const limit = checkSizeLimit(subject, policy);
	if (limit.verdict === "reject") return [limit];
	const cheap = [limit, checkSize(subject, policy), checkModulusForm(subject)];
	const range = checkGeneratorRange(subject);
	const ends = [...(range ? [range] : []), ...checkPrivateLength(subject)];
	if (
		cheap.some(
			({ id, verdict }) => id === "modulus-form" && verdict === "reject",
		)
	) {
		return [...cheap, ...ends];
	}
	cheap.push(...checkKnown(subject, policy), checkSpecialForm(subject));

	const judge = new PrimalityJudge({ ...tools, rounds: policy.rounds });
	const primality = await checkPrimality(subject, policy, judge);
	cheap.push(...primality.checks);
	if (!primality.isPrime) return [...cheap, ...ends];

	cheap.push(...(await checkSubgroup(subject, policy, judge, tools.engine)));
	if (primality.isSafe) {
		const order = range ?? checkGeneratorOfSafePrime(subject);
		return [...cheap, order, ...checkPrivateLength(subject)];
	}
	const factors = smallFactors(subject.params.p);
	return [
		...cheap,
		checkSmallFactors(factors, subject, policy),
		...(range
			? [range]
			: checkGeneratorOfPrime(subject, factors, tools.engine)),
		...checkPrivateLength(subject),
	];
}

function isRead(
	input: Uint8Array | string | DhParams | Reading,
): input is DhParams | Reading {
	return (
		input instanceof DhParams ||
		(typeof input === "object" && "params" in input)
	);
}

function tryToRead(
	input: Uint8Array | string,
	options: ReadOptions,
): Reading | UnreadableParametersError {
	try {
		return readOne(
			typeof input === "string" ? Buffer.from(input) : input,
			options,
		);
	} catch (error) {
		if (error instanceof UnreadableParametersError) return error;
		throw error;
	}
}

const ENCODING_SOURCE =
	"PKCS #3 section 9; RFC 3279 section 2.3.3; RFC 7468; X.690";

function encoding({ format, remarks }: Reading): Check {
	return {
		id: "encoding",
		verdict: remarks.length > 0 ? "warn" : "accept",
		message:
			remarks.length > 0
				? remarks.join(" ")
				: `The parameters are well-formed ${format}.`,
		advice:
			remarks.length > 0
				? "Write the parameters to a file of their own, with nothing else in it."
				: null,
		source: ENCODING_SOURCE,
	};
}

function unreadable({ message }: UnreadableParametersError): Check {
	return {
		id: "encoding",
		verdict: "reject",
		message,
		advice:
			"Give a file with DH parameters; gen-dhparams 2048 > dhparams.pem makes one.",
		source: ENCODING_SOURCE,
	};
}
