/** The labels that OpenSSL writes: PKCS #3 parameters, and X9.42 parameters (with q). */
export type PemLabel = "DH PARAMETERS" | "X9.42 DH PARAMETERS";

/** Base64 in lines of 64 between the label's lines: RFC 7468 section 3, and what OpenSSL writes. */
export function encodePem(label: PemLabel, der: Uint8Array): string {
	const base64 = Buffer.from(der).toString("base64");
	const lines = base64.match(/.{1,64}/g) ?? [];
	return [
		`-----BEGIN ${label}-----`,
		...lines,
		`-----END ${label}-----`,
		"",
	].join("\n");
}
