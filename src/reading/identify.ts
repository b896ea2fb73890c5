import {
	type DerElement,
	elementAt,
	outlineOf,
	Tag,
} from "../encoding/der-outline.js";

// First bytes that name a format: its own specification each (gzip RFC 1952, zip APPNOTE, xz, bzip2, ELF, PDF).
const MAGIC: readonly (readonly [bytes: string, what: string])[] = [
	["1f8b", "a gzip archive"],
	["504b0304", "a zip archive"],
	["fd377a585a00", "an xz archive"],
	["425a68", "a bzip2 archive"],
	["7f454c46", "a program (ELF)"],
	["25504446", "a PDF document"],
	["89504e47", "a PNG image"],
	["fffe", "text in UTF-16 (save it as UTF-8 or ASCII)"],
	["feff", "text in UTF-16 (save it as UTF-8 or ASCII)"],
];

/** What a PEM label stands for, in an administrator's words. */
export function describeLabel(label: string): string {
	if (label.includes("PRIVATE KEY")) return "a private key";
	if (label.includes("PUBLIC KEY")) return "a public key";
	if (label.endsWith("CERTIFICATE REQUEST")) return "a certificate request";
	if (label.includes("CERTIFICATE")) return "a certificate";
	switch (label) {
		case "EC PARAMETERS":
			return "elliptic curve parameters";
		case "DSA PARAMETERS":
			return "DSA parameters";
		case "X509 CRL":
			return "a revocation list";
		case "PKCS7":
		case "CMS":
			return "a PKCS #7 bundle";
		default:
			return `a block labelled "${label.slice(0, 80)}"${/\bDH\b|diffie/i.test(label) ? ' (the label that programs know is "DH PARAMETERS")' : ""}`;
	}
}

/** What a file is, as far as its bytes show, when it holds no DH parameters. Never quotes the contents. */
export function identify(bytes: Uint8Array): string | undefined {
	const start = Buffer.from(bytes.subarray(0, 8)).toString("hex");
	const magic = MAGIC.find(([prefix]) => start.startsWith(prefix));
	if (magic) return magic[1];
	if (bytes.every((byte) => byte === 0)) return "nothing but zero bytes";
	if (bytes[0] === Tag.SEQUENCE) return identifyDer(bytes);
	if (elementAt(bytes)?.tag === Tag.OBJECT_IDENTIFIER) {
		return "elliptic curve parameters (the name of a curve)";
	}
	return identifyText(bytes);
}

function identifyText(bytes: Uint8Array): string | undefined {
	const text = Buffer.from(bytes).toString("latin1").trimStart();
	if (/^<(!doctype|html|\?xml|head|body)/i.test(text)) {
		return "a web page (perhaps a download failed)";
	}
	if (/^(ssh-|ecdsa-sha2-|sk-)[a-z0-9@.-]{1,100} AAAA/.test(text)) {
		return "an SSH public key";
	}
	if (bytes.includes(0)) {
		const everySecond = bytes.every((byte, i) => i % 2 === 0 || byte === 0);
		return everySecond
			? "text in UTF-16 (save it as UTF-8 or ASCII)"
			: "a binary file";
	}
	const dense = text.replace(/[\s:]+/g, "");
	if (/^(30|0x30)[0-9a-f]{16,}$/i.test(dense)) {
		return "DER in hexadecimal (`xxd -r -p` makes it binary)";
	}
	// The first element of DER of 128 bytes or more, and perhaps an END line.
	if (/^MI[A-Za-z0-9+/]+={0,2}(?:-----END|$)/.test(dense)) {
		return "base64 without its BEGIN line (-----BEGIN DH PARAMETERS----- for DH parameters)";
	}
	return undefined;
}

function identifyDer(bytes: Uint8Array): string | undefined {
	const outer = elementAt(bytes);
	const elements = outer && outlineOf(bytes, outer.start, outer.end);
	if (elements === undefined) return undefined;
	const [first, second, third] = elements.map(({ tag }) => tag);
	if (first === Tag.SEQUENCE && third === Tag.BIT_STRING) {
		// A certificate's own part has at least version or serial, names and dates: six elements.
		const { start, end } = elements[0] as DerElement;
		return (outlineOf(bytes, start, end)?.length ?? 0) >= 6
			? "a certificate"
			: "a certificate request or revocation list";
	}
	if (first === Tag.SEQUENCE && second === Tag.BIT_STRING) {
		return "a public key";
	}
	if (first === Tag.SEQUENCE && second === Tag.OCTET_STRING) {
		return "an encrypted private key";
	}
	if (first === Tag.OBJECT_IDENTIFIER) return "a PKCS #7 bundle";
	if (first === Tag.INTEGER) {
		if (second === Tag.SEQUENCE && third === Tag.OCTET_STRING) {
			return "a private key";
		}
		if (second === Tag.OCTET_STRING) return "a private key (EC)";
		if (second === Tag.SEQUENCE) {
			return third === Tag.SEQUENCE
				? "a PKCS #12 file or elliptic curve parameters"
				: "a private key";
		}
		if (elements.length === 9) return "a private key (RSA)";
		if (elements.length === 6) return "a private key (DSA)";
	}
	return undefined;
}
