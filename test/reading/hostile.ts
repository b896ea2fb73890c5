import { namedGroup } from "../../src/groups/groups.js";
import { DhParams } from "../../src/params.js";
import { moduliLine } from "../differential/materials.js";

const tiny = new DhParams({ p: 23n, g: 5n });
const pem = namedGroup("ffdhe2048").toPem();
const der = Buffer.from(namedGroup("ffdhe2048").toDer());

/** The unit, as often as it fits. */
function repeated(unit: string, bytes: number): string {
	return unit.repeat(Math.max(0, Math.floor(bytes / unit.length)));
}

/** Tag, length in four bytes, contents. */
function element(tag: number, contents: Uint8Array): Buffer {
	const length = Buffer.alloc(6, tag);
	length[1] = 0x84;
	length.writeUInt32BE(contents.length, 2);
	return Buffer.concat([length, contents]);
}

/** Elements one in another. */
function nested(tag: number, bytes: number): Buffer {
	const shells = Buffer.alloc(bytes - (bytes % 6));
	for (let at = 0; at < shells.length; at += 6) {
		shells[at] = tag;
		shells[at + 1] = 0x84;
		shells.writeUInt32BE(shells.length - at - 6, at + 2);
	}
	return shells;
}

/** Inputs of about this many bytes on which a careless reader takes long or needs much memory. */
export function hostileInputs(bytes: number): Record<string, Buffer> {
	const repeat = (unit: string) => Buffer.from(repeated(unit, bytes), "latin1");
	const around = (before: string, unit: string, after: string) => {
		const middle = repeated(unit, bytes - before.length - after.length);
		return Buffer.from(before + middle + after, "latin1");
	};
	const room = bytes - 30;
	return {
		dashes: repeat("-"),
		"dashes behind a block": around(pem, "-", ""),
		"dashes before BEGIN": around("", "-", "begin dh parameter"),
		"base64 and blanks": around("MI", " ", "!"),
		"base64 without end": around("MI", "A", "!"),
		"hexadecimal without end": around("30", "0", "!"),
		CR: around("-----", "\r", ""),
		"CR behind a block": around(pem, "\r", "x"),
		"CR and LF": around(pem, "\r\n", ""),
		"LF behind a block": around(pem, "\n", ""),
		"blanks in text": around("DH Parameters: (8 bit)\n", " ", "x"),
		"blanks and colons": around("DH Parameters: (8 bit)\n", " :", "x"),
		"fields in text": around("DH Parameters: (8 bit)\n", " P: 5\n", ""),
		"headers of text": repeat("DH Parameters: (8 bit)\n"),
		"names above a block": around(
			"",
			"DH Parameters: (2048 bit)\n    GROUP: ffdhe2048\n",
			pem,
		),
		"bytes of text": around(
			"DH Parameters: (8 bit)\n    P:\n",
			"    aa:\n",
			"",
		),
		"tiny blocks": repeat(tiny.toPem()),
		"blocks of X9.42": repeat(new DhParams({ p: 23n, g: 4n, q: 11n }).toPem()),
		"BEGIN lines": repeat("-----BEGIN DH PARAMETERS-----\n"),
		"END lines": repeat("-----END DH PARAMETERS-----\n"),
		"strangers before each block": repeat(
			`-----BEGIN X-----\n-----END X-----\n${tiny.toPem()}`,
		),
		"lines of moduli": repeat(`${moduliLine(tiny)}\n`),
		"words of moduli": repeat("2 "),
		"comments of moduli": around(`${moduliLine(tiny)}\n`, "#\n", ""),
		"brackets of JSON": around('{"bits":', "[", ""),
		"braces of JSON": repeat('{"a":'),
		"names of JSON": around("{", '"a":1,', '"b":2}'),
		"quotation marks": around("{", '"', ""),
		"backslashes of JSON": around('{"', "\\", ""),
		"blanks behind strings of JSON": around("{", '"" ', "}"),
		"digits of JSON": around('{"bits":1,"g":"2","p":"', "f", '"}'),
		"a number of JSON": around('{"g":"2","p":"7","bits":', "9", "}"),
		"decimal digits": repeat("9"),
		"hexadecimal digits": repeat("f"),
		NUL: repeat("\0"),
		blanks: repeat(" "),
		"a byte order mark and blanks": around("\xef\xbb\xbf", " ", ""),
		"an OBJECT IDENTIFIER": element(
			0x30,
			element(6, new Uint8Array(room).fill(0x7f)),
		),
		"an OBJECT IDENTIFIER alone": element(6, new Uint8Array(room).fill(0x7f)),
		"small elements": element(0x30, new Uint8Array(room).fill(5)),
		"empty INTEGERs": element(
			0x30,
			Buffer.from("0200".repeat(room >> 1), "hex"),
		),
		"an INTEGER": element(
			0x30,
			element(2, new Uint8Array(room - 6).fill(0x55)),
		),
		"nested SEQUENCEs": nested(0x30, bytes),
		"indefinite SEQUENCEs": Buffer.from("3080".repeat(room >> 1), "hex"),
		"bytes behind DER": Buffer.concat([der, new Uint8Array(room - der.length)]),
		"an OBJECT IDENTIFIER in PEM": Buffer.from(
			`-----BEGIN DH PARAMETERS-----\n${element(0x30, element(6, new Uint8Array(Math.min(room >> 1, 60_000)).fill(0x7f))).toString("base64")}\n-----END DH PARAMETERS-----\n`,
		),
	};
}
