import { bitLength } from "../arithmetic/integers.js";
import { UnreadableParametersError } from "../errors.js";
import { type DhValues, decodeDer } from "./der.js";
import { boundaryIn } from "./lines.js";
import { originAbove, originOf } from "./origin.js";
import { isDhLabel, pemBlocks } from "./pem.js";
import { parseStrictJson } from "./strict-json.js";

const NUMBERS = ["p", "g", "q", "j"] as const;
const REQUIRED = ["bits", "p", "g"] as const;
const KNOWN = new Set([
	...NUMBERS,
	"bits",
	"privateLength",
	"validation",
	"origin",
	"pem",
	"version",
	"name",
	"source",
]);

// The 65,536 bytes to which DER is read, too.
const MAX_DIGITS = 131_072;

/** Values, and the name of the standard group that they claim to be. */
export interface JsonValues {
	readonly values: DhValues;
	readonly name: string | undefined;
}

/**
 * The values of our own JSON (`DhParams.toJSON`, `gen-dhparams --json`), one set or an array of them: numbers in lowercase
 * hexadecimal.
 *
 * @throws {@link UnreadableParametersError} for other JSON, unknown fields and fields that appear twice, a `bits` that
 * does not fit p, and a `pem` with other parameters
 */
export function decodeJson(text: string): JsonValues[] {
	return parseStrictJson(text).map((json) => ({
		values: valuesOf(json),
		name: nameOf(json),
	}));
}

/** Of `gen-dhparams groups NAME --json`; its source is for people. */
function nameOf({ name, source }: Record<string, unknown>): string | undefined {
	for (const value of [name, source]) {
		if (value !== undefined && typeof value !== "string") {
			throw new UnreadableParametersError(
				'"name" and "source" in the JSON must be strings.',
			);
		}
	}
	return name as string | undefined;
}

function valuesOf(json: Record<string, unknown>): DhValues {
	const unknown = Object.keys(json).find((key) => !KNOWN.has(key));
	const missing = REQUIRED.find((key) => !Object.hasOwn(json, key));
	if (unknown !== undefined || missing !== undefined) {
		throw new UnreadableParametersError(
			`The JSON is not what gen-dhparams writes: ${unknown === undefined ? `"${missing}" is missing` : `it has a field ${JSON.stringify(unknown.slice(0, 40))}`}.`,
		);
	}
	const [p, g, q, j] = NUMBERS.map((key) => hexadecimal(key, json[key]));
	const values: DhValues = {
		p: p as bigint,
		g: g as bigint,
		q,
		j,
		...validationOf(json.validation),
		...privateLengthOf(json.privateLength),
		...seedOriginOf(json.origin),
	};
	if (json.version !== undefined && json.version !== 1) {
		throw new UnreadableParametersError(
			"The JSON has another version than 1; a newer gen-dhparams may read it.",
		);
	}
	if (json.bits !== bitLength(values.p)) {
		const claim =
			typeof json.bits === "number" ? `${json.bits}` : "something else than";
		throw new UnreadableParametersError(
			`The JSON claims ${claim} bits, and its p has ${bitLength(values.p)}.`,
		);
	}
	if (json.pem !== undefined) comparePem(json.pem, values);
	return values;
}

function hexadecimal(name: string, value: unknown): bigint | undefined {
	if (value === undefined) return undefined;
	// No leading zeros and no capitals, since one number has one form.
	if (typeof value !== "string" || !/^(0|[1-9a-f][0-9a-f]*)$/.test(value)) {
		throw new UnreadableParametersError(
			`"${name}" in the JSON must be a string of lowercase hexadecimal digits.`,
		);
	}
	if (value.length > MAX_DIGITS) {
		throw new UnreadableParametersError(
			`"${name}" in the JSON has ${value.length} digits; numbers of parameters have at most ${MAX_DIGITS}.`,
		);
	}
	return BigInt(`0x${value}`);
}

function validationOf(value: unknown): Pick<DhValues, "validation"> {
	if (value === undefined) return {};
	const { seed, counter, ...rest } = Object(value) as Record<string, unknown>;
	if (
		typeof seed !== "string" ||
		seed.length > MAX_DIGITS ||
		!/^([0-9a-f]{2})*$/.test(seed) ||
		!Number.isSafeInteger(counter) ||
		(counter as number) < 0 ||
		Object.keys(rest).length > 0
	) {
		throw new UnreadableParametersError(
			'"validation" in the JSON must hold a seed of hexadecimal digits and a counter.',
		);
	}
	return {
		validation: {
			seed: Uint8Array.from(Buffer.from(seed, "hex")),
			counter: BigInt(counter as number),
		},
	};
}

function privateLengthOf(value: unknown): Pick<DhValues, "privateLength"> {
	if (value === undefined) return {};
	if (!Number.isSafeInteger(value) || (value as number) < 0) {
		throw new UnreadableParametersError(
			'"privateLength" in the JSON must be a whole number of bits.',
		);
	}
	return { privateLength: value as number };
}

function seedOriginOf(value: unknown): Pick<DhValues, "origin"> {
	if (value === undefined) return {};
	const origin = originOf(value);
	if (origin === undefined) {
		throw new UnreadableParametersError(
			'"origin" in the JSON must hold a seed, and the numbers of a window and a candidate.',
		);
	}
	if (boundaryIn(origin.seed) !== -1) {
		throw new UnreadableParametersError(
			'The seed in the JSON holds "-----BEGIN" or "-----END", where GnuTLS finds a block of PEM. Keep the parameters as PEM.',
		);
	}
	return { origin };
}

/** The `pem` beside the numbers must say the same. */
function comparePem(pem: unknown, values: DhValues): void {
	const { blocks } = pemBlocks(typeof pem === "string" ? pem : "");
	const [block] = blocks;
	if (
		blocks.length === 1 &&
		block?.der !== undefined &&
		isDhLabel(block.label)
	) {
		const kind = block.label === "DH PARAMETERS" ? "PKCS #3" : "X9.42";
		const origin = originAbove(block.linesBefore.map(({ text }) => text));
		const inPem = { ...decodeDer(block.der, kind), ...(origin && { origin }) };
		if (isSame(inPem, origin === undefined ? withoutOrigin(values) : values)) {
			return;
		}
	}
	throw new UnreadableParametersError(
		'The "pem" in the JSON holds other parameters than the numbers beside it, or more than one block. Remove "pem", or write the JSON anew with gen-dhparams.',
	);
}

function withoutOrigin({ origin: _, ...values }: DhValues): DhValues {
	return values;
}

function isSame(one: DhValues, other: DhValues): boolean {
	const names = ["p", "g", "q", "j", "privateLength"] as const;
	return (
		names.every((name) => one[name] === other[name]) &&
		Buffer.compare(seedOf(one), seedOf(other)) === 0 &&
		one.validation?.counter === other.validation?.counter &&
		one.origin?.seed === other.origin?.seed &&
		one.origin?.window === other.origin?.window &&
		one.origin?.candidate === other.origin?.candidate &&
		one.origin?.provable === other.origin?.provable
	);
}

function seedOf({ validation }: DhValues): Uint8Array {
	return validation?.seed ?? new Uint8Array();
}
