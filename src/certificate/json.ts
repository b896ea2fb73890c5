import { InvalidCertificateError } from "../errors.js";
import {
	type Certificate,
	type CertificateLink,
	certifiedPrimes,
	MAX_LINKS,
} from "./certificate.js";

const TYPE = "gen-dhparams certificate";
const VERSION = 1;

/** A certificate as JSON, docs/certificate.schema.json; numbers are strings of lowercase hexadecimal digits. */
export interface CertificateJson {
	readonly type: typeof TYPE;
	readonly version: typeof VERSION;
	/** The size of p in bits. */
	readonly bits: number;
	/** The number that is proved a safe prime: the same as the last link's. */
	readonly p: string;
	/** A prime below 2^64. */
	readonly base: string;
	/** From the smallest prime to q and p. */
	readonly links: readonly { readonly n: string; readonly witness: string }[];
}

export function certificateToJson(certificate: Certificate): CertificateJson {
	const { p } = certifiedPrimes(certificate);
	return {
		type: TYPE,
		version: VERSION,
		bits: p.toString(2).length,
		p: p.toString(16),
		base: certificate.base.toString(16),
		links: certificate.links.map(({ n, witness }) => ({
			n: n.toString(16),
			witness: witness.toString(16),
		})),
	};
}

/**
 * The chain in a certificate's JSON. Nothing is proved by reading it.
 *
 * @throws {@link InvalidCertificateError} for other JSON, another version, and fields that contradict each other
 */
export function decodeCertificateJson(text: string): Certificate {
	const json = record(parse(text), [
		"type",
		"version",
		"bits",
		"p",
		"base",
		"links",
	]);
	if (json.type !== TYPE) {
		throw new InvalidCertificateError(
			`The JSON is not a certificate: its "type" must be "${TYPE}".`,
		);
	}
	if (json.version !== VERSION) {
		throw new InvalidCertificateError(
			`The certificate has another version than ${VERSION}; check it with the gen-dhparams that made it, or a newer one.`,
		);
	}
	if (!Array.isArray(json.links) || json.links.length > MAX_LINKS) {
		throw new InvalidCertificateError(
			`"links" in the certificate must be an array of at most ${MAX_LINKS} primes with their witnesses.`,
		);
	}
	const links = json.links.map((entry: unknown, i): CertificateLink => {
		const link = record(entry, ["n", "witness"]);
		return {
			n: hexadecimal(`n of link ${i + 1}`, link.n),
			witness: hexadecimal(`witness of link ${i + 1}`, link.witness),
		};
	});
	const certificate = { base: hexadecimal("base", json.base), links };
	const last = links.at(-1)?.n;
	if (
		last !== hexadecimal("p", json.p) ||
		json.bits !== last.toString(2).length
	) {
		throw new InvalidCertificateError(
			'The certificate contradicts itself: "p" and "bits" must be those of its last link.',
		);
	}
	return certificate;
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new InvalidCertificateError(
			"The certificate looks like JSON but does not parse: it is cut off or damaged.",
			{ cause },
		);
	}
}

/** An object with exactly these fields. */
function record(
	value: unknown,
	fields: readonly string[],
): Readonly<Record<string, unknown>> {
	const isObject =
		typeof value === "object" && value !== null && !Array.isArray(value);
	const found = isObject ? Object.keys(value) : [];
	if (
		!isObject ||
		found.length !== fields.length ||
		!fields.every((field) => Object.hasOwn(value, field))
	) {
		throw new InvalidCertificateError(
			`The certificate must hold an object with the fields ${fields.join(", ")} and no others.`,
		);
	}
	return value as Readonly<Record<string, unknown>>;
}

function hexadecimal(name: string, value: unknown): bigint {
	// 32,768 bits have 8,192 digits; one number has one form.
	if (
		typeof value !== "string" ||
		!/^(0|[1-9a-f][0-9a-f]{0,8191})$/.test(value)
	) {
		throw new InvalidCertificateError(
			`"${name}" in the certificate must be a string of 1 to 8192 lowercase hexadecimal digits without leading zeros.`,
		);
	}
	return BigInt(`0x${value}`);
}
