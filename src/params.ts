import { bitLength } from "./arithmetic/integers.js";
import { type DhValues, encodeDer } from "./encoding/der.js";
import { encodePem } from "./encoding/pem.js";
import { encodeText } from "./encoding/text.js";
import { InvalidArgumentError } from "./errors.js";

/** The JSON form of {@link DhParams}: numbers in lowercase hexadecimal without a prefix. */
export interface DhParamsJson {
	readonly bits: number;
	readonly p: string;
	readonly g: string;
	readonly q?: string;
	readonly privateLength?: number;
}

/**
 * Diffie-Hellman parameters: an immutable value, with no promise that they are good ones — see `validate`.
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
	/** The recommended length of a private exponent in bits, where one was given (PKCS #3). */
	declare readonly privateLength?: number;

	/** @throws {InvalidArgumentError} for a negative number, or for a q and a privateLength at once: no encoding holds both. */
	constructor({ p, g, q, privateLength }: DhValues) {
		for (const [name, value] of Object.entries({ p, g, q, privateLength })) {
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
		this.p = p;
		this.g = g;
		if (q !== undefined) this.q = q;
		if (privateLength !== undefined) this.privateLength = privateLength;
		Object.freeze(this);
	}

	/** The size of p in bits. */
	get bits(): number {
		return bitLength(this.p);
	}

	/** DER: PKCS #3 DHParameter, or X9.42 DomainParameters where there is a q. */
	toDer(): Uint8Array {
		return encodeDer(this);
	}

	/** PEM, byte for byte what `openssl dhparam` writes for the same values, with its final newline. */
	toPem(): string {
		const label =
			this.q === undefined ? "DH PARAMETERS" : "X9.42 DH PARAMETERS";
		return encodePem(label, this.toDer());
	}

	/** What `openssl dhparam -text -noout` prints for the same values. */
	toText(): string {
		return encodeText(this);
	}

	/** A plain object for JSON.stringify. */
	toJSON(): DhParamsJson {
		const { bits, p, g, q, privateLength } = this;
		return {
			bits,
			p: p.toString(16),
			g: g.toString(16),
			...(q === undefined ? {} : { q: q.toString(16) }),
			...(privateLength === undefined ? {} : { privateLength }),
		};
	}
}
