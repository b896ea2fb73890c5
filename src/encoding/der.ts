import { bitLength, fromBytes } from "../arithmetic/integers.js";
import type { Certificate } from "../certificate/certificate.js";
import { UnreadableParametersError } from "../errors.js";
import { asn1 } from "./asn1.js";
import { bitString, integer, sequence } from "./der-elements.js";
import { type DerElement, elementAt, outlineOf, Tag } from "./der-outline.js";
import type { SeedOrigin } from "./seed.js";

/**
 * PKCS #3 section 9, DHParameter:
 *   SEQUENCE { prime INTEGER, base INTEGER, privateValueLength INTEGER OPTIONAL }
 * and RFC 3279 section 2.3.3, DomainParameters (X9.42), where there is a q:
 *   SEQUENCE { p INTEGER, g INTEGER, q INTEGER, j INTEGER OPTIONAL, validationParms ValidationParms OPTIONAL }
 *   ValidationParms ::= SEQUENCE { seed BIT STRING, pgenCounter INTEGER }
 */
export interface DhValues {
	/** The modulus. */
	readonly p: bigint;
	/** The generator. */
	readonly g: bigint;
	/** The order of the subgroup that g generates. Only X9.42 carries it. */
	readonly q?: bigint | undefined;
	/** The cofactor (p − 1)/q. Only X9.42 carries it. */
	readonly j?: bigint | undefined;
	/** The seed and counter that p and q were made from. Only X9.42 carries them. */
	readonly validation?: ValidationParameters | undefined;
	/** The recommended length of a private exponent in bits. Only PKCS #3 carries it. */
	readonly privateLength?: number | undefined;
	/** The seed that p was derived from, where one is known. DER does not carry it; PEM does in a comment, and JSON. */
	readonly origin?: SeedOrigin | undefined;
	/** The proof that p is a safe prime, where there is one. DER does not carry it; PEM does in a comment. */
	readonly certificate?: Certificate | undefined;
}

/** X9.42's evidence that p and q were not chosen freely. */
export interface ValidationParameters {
	readonly seed: Uint8Array;
	readonly counter: bigint;
}

/** What an encoding says of itself; bare DER says nothing. */
export type DerKind = "PKCS #3" | "X9.42" | "unlabelled";

// Two numbers of 32,768 bits (the hard limit of a check) take 8.2 kB, five 20.5 kB.
const MAX_DER_BYTES = 65_536;

// A third INTEGER up to here is a length in bits; beyond it is the q of X9.42, or something else.
const MAX_LENGTH = 1n << 31n;

// p, g, q, j and the validation parameters.
const MAX_ELEMENTS = 5;

/** The values as DER: PKCS #3, or X9.42 where there is a q. */
export function encodeDer(values: DhValues): Uint8Array {
	const { p, g, q, j, validation, privateLength } = values;
	const numbers = [p, g];
	if (q !== undefined) numbers.push(q);
	if (j !== undefined) numbers.push(j);
	if (privateLength !== undefined) numbers.push(BigInt(privateLength));
	const elements = numbers.map(integer);
	if (validation !== undefined) {
		const { seed, counter } = validation;
		elements.push(sequence(bitString(seed), integer(counter)));
	}
	return Uint8Array.from(sequence(...elements));
}

/**
 * The values of one strict DER encoding. asn1js takes BER and more, so what it has read is encoded anew, and the
 * bytes must be the same: that refuses trailing bytes, long lengths, padded or empty INTEGERs and all other tags.
 *
 * @throws {@link UnreadableParametersError} for anything else, with the fault named
 */
export function decodeDer(der: Uint8Array, kind: DerKind): DhValues {
	if (der.length > MAX_DER_BYTES) {
		throw new UnreadableParametersError(
			`${der.length} bytes of DER are more than parameters take; the largest that are read have 32768 bits.`,
		);
	}
	const numbers = properNumbers(der, checkOutline(der));
	if (numbers !== undefined) return interpret(numbers, undefined, kind);
	const { elements, end } = sequenceOf(der);
	const values = interpret(numbersOf(elements), validationOf(elements), kind);
	const canonical = encodeDer(values);
	if (Buffer.compare(canonical, der) !== 0) {
		throw new UnreadableParametersError(
			end < der.length
				? `${der.length - end} bytes follow the parameters, from byte ${end} on: the file is damaged, or two were joined. Get a fresh copy.`
				: "This is not DER: a tag, a length or an INTEGER is not in its one proper form (leading zero bytes, an indefinite or overlong length). Encode the parameters anew, or make new ones.",
		);
	}
	return values;
}

/**
 * The numbers of an encoding that holds nothing else and is what our encoder writes for them. Nearly all are, and need no
 * asn1js, which takes longer to load than a group of 2048 bits to test.
 */
function properNumbers(
	der: Uint8Array,
	elements: readonly DerElement[],
): bigint[] | undefined {
	const { length } = elements;
	if (length < 2 || length > 4) return undefined;
	if (elements.some(({ tag }) => tag !== Tag.INTEGER)) return undefined;
	const numbers = elements.map(({ start, end }) =>
		fromBytes(der.subarray(start, end)),
	);
	const encoded = sequence(...numbers.map(integer));
	return encoded.equals(der) ? numbers : undefined;
}

/**
 * The lengths fit, and the SEQUENCE holds a few numbers and perhaps a SEQUENCE of two: asn1js is given nothing else,
 * since it takes a hundred times the memory of an OBJECT IDENTIFIER and goes as deep as the bytes do.
 */
function checkOutline(der: Uint8Array): readonly DerElement[] {
	const outer = elementAt(der);
	if (outer !== undefined && outer.tag !== Tag.SEQUENCE) throw notASequence();
	const inner = outer && outlineOf(der, outer.start, outer.end);
	if (inner === undefined) throw breaksOff();
	if (inner.length > MAX_ELEMENTS) throw wrongCount("many numbers");
	for (const [i, { tag, start, end }] of inner.entries()) {
		if (tag === Tag.INTEGER) continue;
		if (tag !== Tag.SEQUENCE || i !== inner.length - 1) throw notANumber(i);
		const [seed, counter, ...more] = outlineOf(der, start, end) ?? [];
		const isValidation =
			seed?.tag === Tag.BIT_STRING &&
			counter?.tag === Tag.INTEGER &&
			more.length === 0;
		if (!isValidation) throw notValidation();
	}
	return inner;
}

function sequenceOf(der: Uint8Array): { elements: unknown[]; end: number } {
	const { fromBER, Sequence } = asn1();
	const { offset: end, result } = attempt(() => fromBER(der));
	if (end === -1) throw breaksOff();
	if (!(result instanceof Sequence)) throw notASequence();
	return { elements: result.valueBlock.value, end };
}

function numbersOf(elements: readonly unknown[]): bigint[] {
	const { Integer, Sequence } = asn1();
	const last = elements.at(-1);
	const integers = last instanceof Sequence ? elements.slice(0, -1) : elements;
	const numbers = integers.map((element, i) => {
		// asn1js derives ENUMERATED from INTEGER; writing the number anew shows it.
		if (!(element instanceof Integer)) throw notANumber(i);
		const value = attempt(() => element.toBigInt());
		if (value < 0n) {
			throw new UnreadableParametersError(
				`${["p", "g"][i] ?? `Number ${i + 1}`} is negative; OpenSSL would read it as a different, positive number. Make new parameters.`,
			);
		}
		return value;
	});
	if (numbers.length < 2 || numbers.length > 4) {
		throw wrongCount(
			numbers.length === 1 ? "1 number" : `${numbers.length} numbers`,
		);
	}
	return numbers;
}

function validationOf(
	elements: readonly unknown[],
): ValidationParameters | undefined {
	const { BitString, Integer, Sequence } = asn1();
	const last = elements.at(-1);
	if (!(last instanceof Sequence)) return undefined;
	const [seed, counter, more] = last.valueBlock.value;
	if (
		!(seed instanceof BitString && counter instanceof Integer) ||
		more !== undefined
	) {
		throw notValidation();
	}
	const value = attempt(() => counter.toBigInt());
	if (value < 0n) {
		throw new UnreadableParametersError(
			"The counter of the validation parameters is negative.",
		);
	}
	return { seed: seed.valueBlock.valueHexView, counter: value };
}

function interpret(
	numbers: readonly bigint[],
	validation: ValidationParameters | undefined,
	kind: DerKind,
): DhValues {
	const [p, g, third, j] = numbers as [bigint, bigint, bigint?, bigint?];
	const isX942 =
		j !== undefined ||
		validation !== undefined ||
		(third !== undefined && third >= MAX_LENGTH) ||
		kind === "X9.42";
	if (!isX942) {
		if (third === undefined) return { p, g };
		return { p, g, privateLength: Number(third) };
	}
	if (third === undefined) {
		throw new UnreadableParametersError(
			"X9.42 parameters need a q, and there is none; under the label DH PARAMETERS this would be PKCS #3.",
		);
	}
	if (isDsa(p, g, third)) {
		throw new UnreadableParametersError(
			"These are DSA parameters (p, q, g), not Diffie-Hellman parameters: the second number divides p − 1. Make DH parameters instead.",
		);
	}
	if (kind === "PKCS #3") {
		throw new UnreadableParametersError(
			`The third INTEGER has ${bitLength(third)} bits, which is not the length of an exponent; with a q, the label is X9.42 DH PARAMETERS.`,
		);
	}
	return { p, g, q: third, j, validation };
}

/** DSA's parameters have the same shape: p, q, g. Their q is a large divisor of p − 1. */
function isDsa(p: bigint, second: bigint, third: bigint): boolean {
	return (
		bitLength(second) >= 128 &&
		(p - 1n) % second === 0n &&
		(third === 0n || (p - 1n) % third !== 0n)
	);
}

function breaksOff(): UnreadableParametersError {
	return new UnreadableParametersError(
		"The DER breaks off, or a length does not fit or is indefinite: the file is truncated or damaged. Get a fresh copy.",
	);
}

function notASequence(): UnreadableParametersError {
	return new UnreadableParametersError(
		"The DER does not hold a SEQUENCE of numbers, as DH parameters do: it is something else, or damaged.",
	);
}

function wrongCount(count: string): UnreadableParametersError {
	return new UnreadableParametersError(
		`The DER holds ${count}; DH parameters are p, g and perhaps a length, or p, g, q and perhaps j. The file is damaged, or holds something else.`,
	);
}

function notANumber(index: number): UnreadableParametersError {
	return new UnreadableParametersError(
		`Element ${index + 1} of the DER is not a number; DH parameters are p, g and perhaps a length, or p, g, q. The file is damaged, or holds something else.`,
	);
}

function notValidation(): UnreadableParametersError {
	return new UnreadableParametersError(
		"The SEQUENCE holds another SEQUENCE, which is not the validation parameters of X9.42 (a seed and a counter). The file is damaged, or holds something else.",
	);
}

/** asn1js throws plain errors for some inputs. */
function attempt<T>(decode: () => T): T {
	try {
		return decode();
	} catch (cause) {
		throw new UnreadableParametersError(
			"The DER is damaged: its tags and lengths make no sense.",
			{ cause },
		);
	}
}
