import type { DhParams } from "../../src/params.js";
import type { Random } from "../fuzz/random.js";
import {
	GROUPS,
	moduliLine,
	NAMED,
	OTHER,
	WEAK,
	withSubgroup,
} from "./materials.js";

/** A file as text in Latin-1, one character for each byte. */
type Maker = (random: Random, strangers: readonly string[]) => string;

/** One file of a kind in which programs may find different parameters. */
export function oddFile(random: Random, strangers: readonly string[]): Buffer {
	const make = random.pick(MAKERS);
	let text = make(random, strangers);
	while (random.below(3) === 0) text = changeByte(text, random);
	return Buffer.from(text, "latin1");
}

const MAKERS: readonly Maker[] = [
	pemFile,
	pemFile,
	pemFile,
	pemFile,
	pemFile,
	derFile,
	jsonFile,
	opensslText,
	moduliFile,
];

const CONTROLS = [
	...["\0", "\x01", "\b", "\t", "\v", "\f", "\r", "\x1a", "\x1b", "\x1f"],
	...[" ", "#", "-", ":", "\x7f", "\x80", "\x85", "\xa0", "\xc3\xa9", "\xff"],
];

/** Half of them printable, since a file with any other byte is refused for that alone. */
function anyByte(random: Random): string {
	switch (random.below(4)) {
		case 0:
			return random.pick(CONTROLS);
		case 1:
			return String.fromCharCode(random.below(256));
		default:
			return String.fromCharCode(0x20 + random.below(0x5f));
	}
}

/** Lengths at which OpenSSL (254, older 1,023), sshd (4,095) and buffers of others end a piece of a line. */
function pieceLength(random: Random): number {
	return random.pick([254, 508, 762, 1023, 1024, 4095]) + random.below(7) - 3;
}

function filler(random: Random): string {
	const length = random.below(3) === 0 ? random.below(40) : pieceLength(random);
	return random.pick([" ", "#", "x", "-", "\t", "é", "A", "="]).repeat(length);
}

/** Something that may stand before or behind a boundary on its line. */
function besideBoundary(random: Random): string {
	switch (random.below(7)) {
		case 0:
			return anyByte(random);
		case 1:
			return `${anyByte(random)}#`;
		case 2:
			return filler(random);
		case 3:
			return `${filler(random)}${anyByte(random)}`;
		case 4:
			return random.pick(["# ", "text ", "<!-- ", "\xef\xbb\xbf", '"', "; "]);
		case 5:
			return " ".repeat(random.below(6));
		default:
			return anyByte(random) + anyByte(random);
	}
}

const LABELS = [
	...["DH PARAMETERS", "X9.42 DH PARAMETERS", "DH PARAMETERS2"],
	...["DH PARAMETERS OLD", "dh parameters", "DH  PARAMETERS", "DHPARAMETERS"],
	...["DSA PARAMETERS", "EC PARAMETERS", "PARAMETERS", "CERTIFICATE"],
	...["DH PARAMETERS ", " DH PARAMETERS", "PRIVATE KEY", "DHX PARAMETERS"],
	...["FOO", "DH\tPARAMETERS", "DH PARAMETERS-----\r", "DH-PARAMETERS"],
];

/** A block of these parameters, mostly with something odd about it. */
function block(params: DhParams, random: Random, odd: boolean): string {
	const own = params.q === undefined ? "DH PARAMETERS" : "X9.42 DH PARAMETERS";
	const base64 = Buffer.from(params.toDer()).toString("base64");
	let width = 64;
	let [begin, end] = [`-----BEGIN ${own}-----`, `-----END ${own}-----`];
	let lineEnd = "\n";
	let indent = "";
	let header = "";
	let body = base64;
	let bodyEnd = "\n";
	for (let left = odd ? 1 + random.below(2) : 0; left > 0; left--) {
		switch (random.below(15)) {
			case 0:
			case 1:
				begin = besideBoundary(random) + begin;
				break;
			case 2:
			case 3:
				begin += besideBoundary(random);
				break;
			case 4:
				end += besideBoundary(random);
				break;
			case 5:
				end = besideBoundary(random) + end;
				break;
			case 6: {
				const label = random.pick(LABELS);
				if (random.below(3) > 0) begin = `-----BEGIN ${label}-----`;
				if (random.below(3) > 0) end = `-----END ${label}-----`;
				break;
			}
			case 7: {
				const dashes = ["-".repeat(4 + random.below(3)), "-----"];
				begin = `${random.pick(dashes)}BEGIN ${own}${random.pick(dashes)}`;
				break;
			}
			case 8:
				lineEnd = random.pick(["\r\n", "\r", "\n\r", "\r\r\n", "\0\n", "\v\n"]);
				break;
			case 9:
				indent = random.pick([" ", "\t", "  ", "> ", "\xa0", anyByte(random)]);
				break;
			case 10:
				width = random.pick([4, 60, 76, pieceLength(random), 100_000]);
				break;
			case 11:
				header = random.pick([
					"Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n",
					"Comment: x\n\n",
					"\n",
					" \n",
					"# comment\n",
					`${filler(random)}\n`,
				]);
				break;
			case 12: {
				const at = random.below(body.length);
				const extra = random.pick(["=", " ", "\t", "-", anyByte(random)]);
				body = body.slice(0, at) + extra + body.slice(at);
				break;
			}
			case 13:
				bodyEnd = `${besideBoundary(random)}\n`;
				break;
			default:
				end = random.pick(["", "-----END-----", "-----END DH", end.slice(1)]);
		}
	}
	const lines: string[] = [];
	for (let at = 0; at < body.length; at += width) {
		lines.push(body.slice(at, at + width));
	}
	return `${begin}\n${header}${lines.join("\n")}${bodyEnd}${end}\n`
		.split("\n")
		.map((line, i, { length }) => (i === length - 1 ? line : indent + line))
		.join(lineEnd);
}

function comment(random: Random): string {
	switch (random.below(9)) {
		case 0:
			return "# a comment\n";
		case 1:
			return `${filler(random)}\n`;
		case 2:
			return filler(random);
		case 3:
			return `${anyByte(random)}\n`;
		case 4:
			return random.pick([
				"-----\n",
				"-----END DH PARAMETERS-----\n",
				"-----BEGIN",
			]);
		case 5:
			return `${moduliLine(random.pick(GROUPS))}\n`;
		case 6:
			return printed(random);
		case 7:
			return `# gen-dhparams seed 1: {"seed":"${random.pick(["x", "-----BEGIN DH PARAMETERS-----", filler(random)])}","window":0,"candidate":1}\n`;
		default:
			return "";
	}
}

function printed(random: Random): string {
	const params = random.pick(GROUPS);
	return random.below(2) === 0
		? params.toText()
		: `    DH Parameters: (${params.bits} bit)\n    GROUP: ${random.pick(["ffdhe2048", "ffdhe4096", "modp_2048"])}\n`;
}

function pemFile(random: Random, strangers: readonly string[]): string {
	const parts: string[] = [];
	const blocks = 1 + random.below(3);
	// The block to be hidden comes first more often than not.
	const oddOne = random.below(3) === 0 ? random.below(blocks) : 0;
	for (let i = 0; i < blocks; i++) {
		if (random.below(3) === 0) parts.push(comment(random));
		if (random.below(6) === 0) parts.push(random.pick(strangers));
		const group = i === oddOne ? WEAK : random.pick(GROUPS);
		const params = random.below(8) === 0 ? withSubgroup(group) : group;
		parts.push(block(params, random, i === oddOne || random.below(6) === 0));
	}
	if (random.below(4) === 0) parts.push(comment(random));
	if (random.below(10) === 0) {
		// One part inside another.
		const inner = parts.splice(random.below(parts.length), 1)[0] ?? "";
		const whole = parts.join("");
		const at = random.below(whole.length + 1);
		const start = random.below(2) === 0 ? whole.indexOf("\n", at) + 1 : at;
		return whole.slice(0, start) + inner + whole.slice(start);
	}
	return parts.join("");
}

/** DER that spells something else to a program that looks for text in it. */
function derFile(random: Random): string {
	const inner = random.pick([
		() => `\n${block(WEAK, random, random.below(2) === 0)}`,
		() => `\n${moduliLine(WEAK)}\n`,
		() => `\0\n${moduliLine(WEAK)}\0`,
		() => `\n${JSON.stringify(WEAK)}\n`,
		() => filler(random),
	])();
	const params = random.pick(GROUPS);
	const bytes = Buffer.from(inner, "latin1");
	const big = BigInt(`0x01${bytes.toString("hex")}`);
	const latin1 = (der: Uint8Array) => Buffer.from(der).toString("latin1");
	switch (random.below(6)) {
		case 0:
			return latin1(withSubgroup(params, bytes).toDer());
		case 1:
			return latin1(
				withSubgroup({ ...params, p: big } as DhParams, bytes).toDer(),
			);
		case 2:
			return latin1({ ...params, p: big, toDer: params.toDer }.toDer());
		case 3:
			return latin1(params.toDer()) + inner;
		case 4:
			return inner + latin1(params.toDer());
		default:
			return latin1(params.toDer());
	}
}

function opensslText(random: Random): string {
	const text = printed(random);
	const lines = text.split("\n");
	switch (random.below(5)) {
		case 0:
			lines.splice(random.below(lines.length), 0, comment(random).trimEnd());
			break;
		case 1:
			lines.splice(1, 0, "    GROUP: ffdhe2048");
			break;
		case 2:
			return comment(random) + text;
		case 3:
			return text + comment(random);
		default:
	}
	return lines.join("\n");
}

function jsonFile(random: Random): string {
	const params = random.pick(GROUPS);
	const pem = block(
		random.below(3) === 0 ? WEAK : params,
		random,
		random.below(2) === 0,
	);
	const json = JSON.stringify(
		{ ...params.toJSON(), ...(random.below(4) > 0 && { pem }) },
		null,
		random.pick([undefined, 1, "\t"]),
	);
	switch (random.below(7)) {
		case 0: {
			const name = random.pick(['"p"', '"\\u0070"', '"g"', '"pem"', '"bits"']);
			const value = random.pick([
				JSON.stringify(WEAK.p.toString(16)),
				JSON.stringify(WEAK.toPem()),
				"2",
			]);
			return json.replace("{", `{${name}:${value},`);
		}
		case 1:
			return json.replaceAll("-----", random.pick(["\\u002d----", "-----"]));
		case 2:
			return json.replaceAll("\\n", random.pick(["\\u000a", "\\r\\n", "\n"]));
		case 3:
			return json.replace(
				"{",
				`{"origin":{"seed":${JSON.stringify(comment(random))},"window":0,"candidate":1},`,
			);
		case 4:
			return json + comment(random);
		default:
			return json;
	}
}

function moduliFile(random: Random): string {
	const lines: string[] = [];
	for (let left = 1 + random.below(3); left > 0; left--) {
		const line = moduliLine(random.pick([WEAK, OTHER, NAMED]));
		switch (random.below(8)) {
			case 0:
				lines.push(random.pick(["#", "# ", " #", "\t# ", "\0", '"#" ']) + line);
				break;
			case 1:
				lines.push(`#${filler(random)}${line}`);
				break;
			case 2:
				lines.push(
					line.replace(" ", random.pick(["=", "\t", '"', "  ", "\0"])),
				);
				break;
			case 3:
				lines.push(line + anyByte(random));
				break;
			case 4:
				lines.push(anyByte(random) + line);
				break;
			case 5:
				lines.push(`x${line.slice(14)}`);
				break;
			case 6:
				lines.push(
					line.replace(" 2 6 ", random.pick([" 2 1 ", " 2 7 ", " 4 6 "])),
				);
				break;
			default:
				lines.push(line);
		}
	}
	if (random.below(4) === 0) lines.push(block(WEAK, random, true));
	return lines.join(random.pick(["\n", "\n", "\r\n", "\r", "\n\n"]));
}

/** A byte more, less or other, most often where lines and boundaries begin and end. */
function changeByte(text: string, random: Random): string {
	const places: number[] = [];
	if (random.below(4) > 0) {
		for (const { index } of text.matchAll(/-----|\n|BEGIN|END/g)) {
			places.push(index, index + 1, index + 5);
		}
	}
	const at =
		places.length > 0 ? random.pick(places) : random.below(text.length + 1);
	const extra =
		random.below(3) === 0 ? besideBoundary(random) : anyByte(random);
	return (
		text.slice(0, at) + extra + text.slice(at + (random.below(2) === 0 ? 1 : 0))
	);
}
