import { InvalidCertificateError } from "../errors.js";
import {
	type Certificate,
	type CertificateLink,
	MAX_LINKS,
} from "./certificate.js";
import { provesPrime } from "./verify.js";

// Where PARI leaves a witness out, for a factor below 2^64, the first of these that serves is taken, as PARI does.
const WITNESSES_TRIED = 64n;

/**
 * PARI/GP's certificate of the kind N − 1, as `primecertisvalid` reads it (PARI 2.11 and later): [N, [2, F]], where F is
 * a prime factor of N − 1: a prime below 2^64 as it is, else [factor, witness, certificate of the factor].
 */
export function encodePari({ base, links }: Certificate): string {
	let inner = base.toString();
	let before: CertificateLink | undefined;
	for (const link of links) {
		const factor =
			before === undefined ? inner : `[${before.n}, ${link.witness}, ${inner}]`;
		inner = `[${link.n}, [2, ${factor}]]`;
		before = link;
	}
	return inner;
}

/**
 * The chain in a certificate of {@link encodePari}'s form. Nothing is proved by reading it.
 *
 * @throws {@link InvalidCertificateError} for another form; PARI's certificates with several factors are one
 */
export function decodePari(text: string): Certificate {
	const tokens = new Tokens(text);
	const links: CertificateLink[] = [];
	let witness: bigint | undefined;
	let expected: bigint | undefined;
	let depth = 0;
	for (;;) {
		tokens.expect("[");
		const n = tokens.number();
		if (expected !== undefined && n !== expected) throw malformed();
		tokens.expect(",", "[");
		if (tokens.number() !== 2n) throw malformed();
		tokens.expect(",");
		if (tokens.next !== "[") {
			const base = tokens.number();
			links.push({ n, witness: smallWitness(n, base) });
			tokens.expect("]", "]", ...Array<string>(depth).fill("]"));
			tokens.end();
			return { base, links: links.reverse() };
		}
		if (links.length === MAX_LINKS) throw malformed();
		tokens.expect("[");
		expected = tokens.number();
		tokens.expect(",");
		witness = tokens.number();
		tokens.expect(",");
		links.push({ n, witness });
		depth += 3;
	}
}

/** Splits the text into numbers, brackets and commas. */
class Tokens {
	readonly #tokens: readonly string[];
	#at = 0;

	constructor(text: string) {
		if (/[^\d\s[\],]/.test(text)) throw malformed();
		this.#tokens = text.match(/\d+|[[\],]/g) ?? [];
	}

	get next(): string | undefined {
		return this.#tokens[this.#at];
	}

	expect(...tokens: readonly string[]): void {
		for (const token of tokens) {
			if (this.next !== token) throw malformed();
			this.#at++;
		}
	}

	number(): bigint {
		const { next } = this;
		// 32,768 bits have 9,865 decimal digits.
		if (next === undefined || !/^(0|[1-9]\d{0,9864})$/.test(next)) {
			throw malformed();
		}
		this.#at++;
		return BigInt(next);
	}

	end(): void {
		if (this.next !== undefined) throw malformed();
	}
}

/** 2, where none of those that are tried proves n: the check then says so. */
function smallWitness(n: bigint, factor: bigint): bigint {
	// Only a prime below 2^64 stands without a witness, and n must be below its square.
	if (n >= 1n << 128n || n < 5n || factor < 2n || n % 2n === 0n) return 2n;
	for (let witness = 2n; witness <= WITNESSES_TRIED; witness++) {
		if (provesPrime({ n, witness }, factor)) return witness;
	}
	return 2n;
}

function malformed(): InvalidCertificateError {
	return new InvalidCertificateError(
		"The certificate is not one that gen-dhparams writes for PARI/GP: [p, [2, [q, witness, [q, …]]]], a chain with one factor for each prime.",
	);
}
