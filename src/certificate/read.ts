import { InvalidCertificateError } from "../errors.js";
import type { Certificate } from "./certificate.js";
import { decodeCertificateJson } from "./json.js";
import { decodePari } from "./pari.js";

// A chain of 32,768 bits takes about 60,000 characters in PARI's form.
const MAX_CHARACTERS = 200_000;

/**
 * The chain in a certificate's text: JSON, or PARI/GP's form. Nothing is proved by reading it.
 *
 * @throws {@link InvalidCertificateError} for anything else
 */
export function readCertificate(text: string): Certificate {
	if (text.length > MAX_CHARACTERS) {
		throw new InvalidCertificateError(
			`The certificate has ${text.length} characters; at most ${MAX_CHARACTERS} are read.`,
		);
	}
	const trimmed = text.trim();
	if (trimmed.startsWith("{")) return decodeCertificateJson(trimmed);
	if (trimmed.startsWith("[")) return decodePari(trimmed);
	throw new InvalidCertificateError(
		"This is not a certificate: it is neither JSON of gen-dhparams nor PARI/GP's [p, [2, [q, …]]].",
	);
}
