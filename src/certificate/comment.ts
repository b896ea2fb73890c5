import { UnreadableParametersError } from "../errors.js";
import type { Certificate } from "./certificate.js";
import { certificateToJson, decodeCertificateJson } from "./json.js";

const MARK = "# gen-dhparams certificate 1: ";

// With the mark well below the 254 characters in which OpenSSL reads lines (crypto/pem/pem_lib.c, LINESIZE).
const CHARACTERS_A_LINE = 160;

/** The lines above a PEM block that hold its certificate; programs that read PEM skip them (RFC 7468 section 2). */
export function encodeCertificateComment(certificate: Certificate): string {
	const json = JSON.stringify(certificateToJson(certificate));
	const pieces = json.match(new RegExp(`.{1,${CHARACTERS_A_LINE}}`, "g")) ?? [];
	return pieces.map((piece) => `${MARK}${piece}\n`).join("");
}

/**
 * The certificate in the lines above a block, where there is one.
 *
 * @throws {@link UnreadableParametersError} for lines that do not hold one together
 */
export function certificateAbove(
	lines: readonly string[],
): Certificate | undefined {
	const pieces = lines.filter((line) => line.startsWith(MARK));
	if (pieces.length === 0) return undefined;
	try {
		return decodeCertificateJson(
			pieces.map((piece) => piece.slice(MARK.length)).join(""),
		);
	} catch (cause) {
		throw new UnreadableParametersError(
			`The comment with the certificate of the parameters is damaged; remove its lines, or get a fresh copy. (${(cause as Error).message})`,
			{ cause },
		);
	}
}
