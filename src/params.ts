import {
	BIGINT,
	BYTES,
	checkArgument,
	checkOptions,
	type KindsOf,
	OBJECT,
} from "./arguments.js";
import { bitLength } from "./arithmetic/integers.js";
import type { Certificate } from "./certificate/certificate.js";
import { encodeCertificateComment } from "./certificate/comment.js";
import {
	type DhValues,
	encodeDer,
	type ValidationParameters,
} from "./encoding/der.js";
import { encodeOrigin, originOf } from "./encoding/origin.js";
import { encodePem } from "./encoding/pem.js";
import type { SeedOrigin } from "./encoding/seed.js";
import { encodeText } from "./encoding/text.js";
import { InvalidArgumentError } from "./errors.js";

const VALUES: KindsOf<DhValues> = {
	p: BIGINT,
	g: BIGINT,
	q: BIGINT,
	j: BIGINT,
	validation: OBJECT,
	privateLength: {
		accepts: Number.isSafeInteger,
		expected: "a whole number of bits",
	},
	origin: {
		accepts: (value) => originOf(value) !== undefined,
		expected: "a seed with the numbers of a window and a candidate",
	},
	certificate: OBJECT,
};

const VALIDATION: KindsOf<ValidationParameters> = {
	seed: BYTES,
	counter: BIGINT,
};

/** The JSON form of {@link DhParams}: numbers in lowercase hexadecimal without a prefix. */
export interface DhParamsJson {
	readonly bits: number;
	readonly p: string;
	readonly g: string;
	readonly q?: string;
	readonly j?: string;
	readonly validation?: { readonly seed: string; readonly counter: number };
	readonly privateLength?: number;
	readonly origin?: SeedOrigin;
}

/**
 * Diffie-Hellman parameters: an immutable value. Whether they are good ones is for {@link validate} to say.
 *
 * @example
 * const params = await generate(2048);
 * await writeFile("dhparams.pem", params.toPem());
 */
export class DhParams implements DhValues {
	/** The modulus; for parameters that are to be trusted, a safe prime 2q + 1. */
	readonly p: bigint;
	/** The generator. */
	readonly g: bigint;
	/** The order of the subgroup, where the parameters came with one (X9.42). */
	declare readonly q?: bigint;
	/** The cofactor (p − 1)/q, where the parameters came with one (X9.42). */
	declare readonly j?: bigint;
	/** The seed and counter that p and q were made from, where the parameters came with them (X9.42). */
	declare readonly validation?: ValidationParameters;
	/** The recommended length of a private exponent in bits, where one was given (PKCS #3). */
	declare readonly privateLength?: number;
	/** The seed that p was derived from, where one is known; a claim until `validate` has checked it. */
	declare readonly origin?: SeedOrigin;
	/** The proof that p is a safe prime, where there is one; a claim until `validate` or `checkCertificate` has checked it. */
	declare readonly certificate?: Certificate;

	/**
	 * @param values p and g, and what else came with them; another `DhParams` will do
	 * @throws {@link InvalidArgumentError} for a value of another type, an unknown name or a negative number; for a q and a
	 * privateLength at once, which no encoding holds; and for a j or validation parameters without a q
	 */
	constructor(values: DhValues) {
		const given = checkOptions("a value of DhParams", values, VALUES, "values");
		const { p, g, q, j, privateLength, origin } = given;
		checkArgument("p", p, BIGINT);
		checkArgument("g", g, BIGINT);
		const validation = given.validation && validationOf(given.validation);
		const counter = validation?.counter;
		const numbers = { p, g, q, j, counter, privateLength };
		for (const [name, value] of Object.entries(numbers)) {
			if (value !== undefined && value < 0) {
				throw new InvalidArgumentError(
					`${name} is negative; it must be 0 or above.`,
				);
			}
		}
		if (q !== undefined && privateLength !== undefined) {
			throw new InvalidArgumentError(
				"q and privateLength were both given; X9.42 parameters hold a q, PKCS #3 parameters a private length.",
			);
		}
		if (q === undefined && (j !== undefined || validation !== undefined)) {
			throw new InvalidArgumentError(
				"j or validation parameters were given without a q; X9.42 parameters hold them beside one.",
			);
		}
		this.p = p;
		this.g = g;
		if (q !== undefined) this.q = q;
		if (j !== undefined) this.j = j;
		if (validation !== undefined) this.validation = validation;
		if (privateLength !== undefined) this.privateLength = privateLength;
		if (origin !== undefined) this.origin = Object.freeze({ ...origin });
		if (given.certificate !== undefined) this.certificate = given.certificate;
		Object.freeze(this);
	}

	/** The size of p in bits. */
	get bits(): number {
		return bitLength(this.p);
	}

	/** @returns DER: PKCS #3 DHParameter, or X9.42 DomainParameters where there is a q */
	toDer(): Uint8Array {
		return encodeDer(this);
	}

	/**
	 * @returns PEM, byte for byte what `openssl dhparam` writes for the same values, with its final newline; above it comments
	 * with the origin and the certificate, where there are such
	 */
	toPem(): string {
		const label =
			this.q === undefined ? "DH PARAMETERS" : "X9.42 DH PARAMETERS";
		const { origin, certificate } = this;
		const comments = [
			origin === undefined ? "" : encodeOrigin(origin),
			certificate === undefined ? "" : encodeCertificateComment(certificate),
		];
		return comments.join("") + encodePem(label, this.toDer());
	}

	/** @returns what `openssl dhparam -text -noout` prints for the same values */
	toText(): string {
		return encodeText(this);
	}

	/** @returns a plain object for JSON.stringify */
	toJSON(): DhParamsJson {
		const { bits, p, g, q, j, validation, privateLength, origin } = this;
		return {
			bits,
			p: p.toString(16),
			g: g.toString(16),
			...(q === undefined ? {} : { q: q.toString(16) }),
			...(j === undefined ? {} : { j: j.toString(16) }),
			...(validation === undefined
				? {}
				: {
						validation: {
							seed: Buffer.from(validation.seed).toString("hex"),
							counter: Number(validation.counter),
						},
					}),
			...(privateLength === undefined ? {} : { privateLength }),
			...(origin === undefined ? {} : { origin }),
		};
	}
}

function validationOf(given: ValidationParameters): ValidationParameters {
	const { seed, counter } = checkOptions(
		"a value of validation",
		given,
		VALIDATION,
		"validation",
	);
	checkArgument("seed", seed, BYTES);
	checkArgument("counter", counter, BIGINT);
	return Object.freeze({ seed: Uint8Array.from(seed), counter });
}
