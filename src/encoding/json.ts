import { bitLength } from "../arithmetic/integers.js";
import { UnreadableParametersError } from "../errors.js";
import type { DhValues } from "./der.js";
import { originOf } from "./origin.js";

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
]);

/**
 * The values of our own JSON (`DhParams.toJSON`, `gen-dhparams --json`): numbers in lowercase hexadecimal.
 *
 * @throws {UnreadableParametersError} for other JSON, unknown fields, and a `bits` that does not fit p
 */
export function decodeJson(text: string): DhValues {
	const json = parse(text);
	const unknown = Object.keys(json).find((key) => !KNOWN.has(key));
	const missing = REQUIRED.find((key) => !(key in json));
	if (unknown !== undefined || missing !== undefined) {
		throw new UnreadableParametersError(
			`The JSON is not what gen-dhparams --json writes: ${unknown === undefined ? `"${missing}" is missing` : `it has a field "${unknown.slice(0, 40)}"`}.`,
		);
	}
	const [p, g, q, j] = NUMBERS.map((key) => hexadecimal(key, json[key]));
	const values: DhValues = {
		p: p as bigint,
		g: g as bigint,
		...(q === undefined ? {} : { q }),
		...(j === undefined ? {} : { j }),
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
		throw new UnreadableParametersError(
			`The JSON claims ${String(json.bits).slice(0, 20)} bits, and its p has ${bitLength(values.p)}.`,
		);
	}
	return values;
}

function parse(text: string): Record<string, unknown> {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch (cause) {
		throw new UnreadableParametersError(
			"The text begins like JSON and is none: it is cut off or damaged.",
			{ cause },
		);
	}
	if (typeof json !== "object" || json === null || Array.isArray(json)) {
		throw new UnreadableParametersError(
			"The JSON holds no object with p and g, as gen-dhparams --json writes it.",
		);
	}
	return json as Record<string, unknown>;
}

function hexadecimal(name: string, value: unknown): bigint | undefined {
	if (value === undefined) return undefined;
	// No leading zeros and no capitals, so that one number has one form.
	if (typeof value !== "string" || !/^(0|[1-9a-f][0-9a-f]*)$/.test(value)) {
		throw new UnreadableParametersError(
			`"${name}" in the JSON must be a string of lowercase hexadecimal digits.`,
		);
	}
	return BigInt(`0x${value}`);
}

function validationOf(value: unknown): Pick<DhValues, "validation"> {
	if (value === undefined) return {};
	const { seed, counter } = Object(value) as Record<string, unknown>;
	if (
		typeof seed !== "string" ||
		!/^([0-9a-f]{2})*$/.test(seed) ||
		!Number.isSafeInteger(counter) ||
		(counter as number) < 0
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
	return { origin };
}
