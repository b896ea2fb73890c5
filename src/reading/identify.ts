import { asn1 } from "../encoding/asn1.js";

// First bytes that tell a format: its own specification each (gzip RFC 1952, zip APPNOTE, xz, bzip2, ELF, PDF).
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

/** What a file is, as far as its bytes tell, when it holds no DH parameters. Never quotes the contents. */
export function identify(bytes: Uint8Array): string | undefined {
	const start = Buffer.from(bytes.subarray(0, 8)).toString("hex");
	const magic = MAGIC.find(([prefix]) => start.startsWith(prefix));
	if (magic) return magic[1];
	if (bytes.every((byte) => byte === 0)) return "nothing but zero bytes";
	if (bytes[0] === 0x30) return identifyDer(bytes);
	if (bytes[0] === 0x06) return identifyElement(bytes);
	return identifyText(bytes);
}

function identifyText(bytes: Uint8Array): string | undefined {
	const text = Buffer.from(bytes).toString("latin1").trimStart();
	if (/^<(!doctype|html|\?xml|head|body)/i.test(text)) {
		return "a web page (perhaps a download failed)";
	}
	if (/^(ssh-|ecdsa-sha2-|sk-)[a-z0-9@.-]+ AAAA/.test(text)) {
		return "an SSH public key";
	}
	if (bytes.includes(0)) {
		const everySecond = bytes.every((byte, i) => i % 2 === 0 || byte === 0);
		return everySecond
			? "text in UTF-16 (save it as UTF-8 or ASCII)"
			: "a binary file";
	}
	if (/^(30|0x30)[0-9a-f\s:]{16,}$/i.test(text)) {
		return "DER in hexadecimal (`xxd -r -p` makes it binary)";
	}
	if (/^MI[A-Za-z0-9+/\s]+={0,2}\s*(-----END|$)/.test(text)) {
		return "base64 without a line that says of what (-----BEGIN DH PARAMETERS----- for DH parameters)";
	}
	return undefined;
}

function identifyDer(bytes: Uint8Array): string | undefined {
	const { BitString, Integer, ObjectIdentifier, OctetString, Sequence } =
		asn1();
	const elements = elementsOf(bytes);
	if (elements === undefined) return undefined;
	const [first, second, third] = elements;
	if (first instanceof Sequence && third instanceof BitString) {
		// A certificate's own part has at least version or serial, names and dates: six elements.
		return first.valueBlock.value.length >= 6
			? "a certificate"
			: "a certificate request or revocation list";
	}
	if (first instanceof Sequence && second instanceof BitString) {
		return "a public key";
	}
	if (first instanceof Sequence && second instanceof OctetString) {
		return "an encrypted private key";
	}
	if (first instanceof ObjectIdentifier) return "a PKCS #7 bundle";
	if (first instanceof Integer) {
		if (second instanceof Sequence && third instanceof OctetString) {
			return "a private key";
		}
		if (second instanceof OctetString) return "a private key (EC)";
		if (second instanceof Sequence) {
			return third instanceof Sequence
				? "a PKCS #12 file or elliptic curve parameters"
				: "a private key";
		}
		if (elements.length === 9) return "a private key (RSA)";
		if (elements.length === 6) return "a private key (DSA)";
	}
	return undefined;
}

function identifyElement(bytes: Uint8Array): string | undefined {
	const parsed = parse(bytes);
	return parsed instanceof asn1().ObjectIdentifier
		? "elliptic curve parameters (the name of a curve)"
		: undefined;
}

function elementsOf(bytes: Uint8Array): unknown[] | undefined {
	const parsed = parse(bytes);
	return parsed instanceof asn1().Sequence
		? parsed.valueBlock.value
		: undefined;
}

function parse(bytes: Uint8Array): unknown {
	try {
		const { offset, result } = asn1().fromBER(bytes);
		return offset === -1 ? undefined : result;
	} catch {
		return undefined;
	}
}
