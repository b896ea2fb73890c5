import { setImmediate } from "node:timers/promises";
import {
	checkArgument,
	checkOptions,
	type Kind,
	type KindsOf,
	OBJECT,
	SIGNAL,
	STRING,
} from "../arguments.js";
import { bitLength } from "../arithmetic/integers.js";
import { InvalidArgumentError, InvalidCertificateError } from "../errors.js";
import { type Certificate, certifiedPrimes } from "./certificate.js";
import { certificateToJson } from "./json.js";
import { encodePari } from "./pari.js";
import { readCertificate } from "./read.js";
import { faultOf } from "./verify.js";

/** How a certificate is written: our JSON, or the expression that PARI/GP's `primecertisvalid` checks. */
export type CertificateFormat = "json" | "pari";

/** What a certificate proves, or why it proves nothing. */
export interface CertificateReport {
	/** p and (p − 1)/2 are primes without a doubt. */
	readonly proved: boolean;
	/** One sentence: what is proved, or what is wrong. */
	readonly message: string;
	/** The number that is proved a safe prime; null where there is none. */
	readonly p: bigint | null;
	/** The size of p in bits; null where there is none. */
	readonly bits: number | null;
}

/**
 * Options of {@link checkCertificate}.
 *
 * @example
 * const options: CheckCertificateOptions = { p: params.p, signal: AbortSignal.timeout(5000) };
 */
export interface CheckCertificateOptions {
	/** The p that it must be a certificate of. */
	readonly p?: bigint | undefined;
	/** Rejects the promise with its reason, within the time of two powers. */
	readonly signal?: AbortSignal | undefined;
}

const OPTIONS: KindsOf<CheckCertificateOptions> = {
	p: { accepts: (value) => typeof value === "bigint", expected: "a bigint" },
	signal: SIGNAL,
};

const FORMAT: Kind = {
	accepts: (value) => value === "json" || value === "pari",
	expected: "json or pari",
};

const INPUT: Kind = {
	accepts: (value) => STRING.accepts(value) || OBJECT.accepts(value),
	expected: "the text of a certificate, or a Certificate",
};

/**
 * Checks the certificate of a safe prime: every link is computed anew by Pocklington's theorem (docs/proofs.md), and no
 * claim is trusted. Sizes are bounded (32,768 bits, 32 links) before anything is computed.
 *
 * @param certificate its text, as JSON or in PARI/GP's form, or the value itself
 * @param options the p that it must prove, and a signal; see {@link CheckCertificateOptions}
 * @returns a report; also for a text that is not a certificate
 * @throws {@link InvalidArgumentError} for an argument or option of another type
 * @throws the signal's reason when it is aborted
 *
 * @example
 * const { proved, message } = await checkCertificate(await readFile("proof.json", "utf8"), { p: params.p });
 */
export async function checkCertificate(
	certificate: string | Certificate,
	options: CheckCertificateOptions = {},
): Promise<CertificateReport> {
	checkArgument("certificate", certificate, INPUT);
	const given: CheckCertificateOptions = checkOptions(
		"an option of checkCertificate",
		options,
		OPTIONS,
	);
	const { p: expected, signal } = given;
	signal?.throwIfAborted();
	let chain: Certificate;
	try {
		chain =
			typeof certificate === "string"
				? readCertificate(certificate)
				: checkedCertificate(certificate);
	} catch (error) {
		if (error instanceof InvalidCertificateError)
			return unproved(error.message);
		throw error;
	}
	const fault = await faultOf(chain, async () => {
		await setImmediate();
		signal?.throwIfAborted();
	});
	if (fault !== undefined)
		return unproved(`The certificate is wrong. ${fault}`);
	const { p } = certifiedPrimes(chain);
	if (expected !== undefined && p !== expected) {
		return unproved(
			"The certificate is valid, but for another p than the one of the parameters.",
		);
	}
	const bits = bitLength(p);
	return {
		proved: true,
		message: `p and (p − 1)/2 are proved prime, by a chain of ${chain.links.length} links: p is a safe prime of ${bits} bits.`,
		p,
		bits,
	};
}

/**
 * A certificate as text, with a newline at its end.
 *
 * @param certificate as in `params.certificate` after `generate` with `provable`
 * @param format `json` (docs/certificate.schema.json), or `pari` for PARI/GP's primecertisvalid
 * @returns the text
 * @throws {@link InvalidArgumentError} for a value that is not a certificate, and another format
 * @throws {@link InvalidCertificateError} where its numbers cannot be those of a certificate
 *
 * @example
 * await writeFile("proof.gp", encodeCertificate(params.certificate, "pari"));
 */
export function encodeCertificate(
	certificate: Certificate,
	format: CertificateFormat = "json",
): string {
	checkArgument("certificate", certificate, OBJECT);
	checkArgument("format", format, FORMAT);
	const checked = checkedCertificate(certificate);
	return format === "pari"
		? `${encodePari(checked)}\n`
		: `${JSON.stringify(certificateToJson(checked), null, 2)}\n`;
}

/**
 * A caller's value with its parts read once.
 *
 * @throws {@link InvalidArgumentError} where it is not a certificate
 * @throws {@link InvalidCertificateError} where its numbers cannot be those of one
 */
function checkedCertificate(certificate: Certificate): Certificate {
	try {
		return readCertificate(JSON.stringify(certificateToJson(certificate)));
	} catch (error) {
		if (error instanceof InvalidCertificateError) throw error;
		throw new InvalidArgumentError(
			"certificate is not a Certificate: it needs a base and links, each with n and a witness, as bigint.",
			{ cause: error },
		);
	}
}

function unproved(message: string): CertificateReport {
	return { proved: false, message, p: null, bits: null };
}
