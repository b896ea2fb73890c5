import { bitLength, toBytes } from "../arithmetic/integers.js";
import type { DhValues } from "./der.js";

/** What `openssl dhparam -text -noout` (and `openssl pkeyparam -text` for X9.42) prints for the same values. */
export function encodeText({ p, g, q, privateLength }: DhValues): string {
	return [
		`    DH Parameters: (${bitLength(p)} bit)`,
		...integer("P", p),
		...(q === undefined ? [] : integer("Q", q)),
		...integer("G", g),
		...(privateLength === undefined
			? []
			: [`    recommended-private-length: ${privateLength} bits`]),
		"",
	].join("\n");
}

/** OpenSSL prints what fits a 64-bit word in decimal and hexadecimal, the rest as bytes, 15 a line. */
function integer(name: string, value: bigint): string[] {
	if (value < 1n << 64n) {
		return [`    ${name}:    ${value} (0x${value.toString(16)})`];
	}
	// A leading zero byte where the top bit is set, as in DER.
	const bytes = toBytes(value, Math.floor(bitLength(value) / 8) + 1);
	const pairs = Buffer.from(bytes).toString("hex").match(/../g) ?? [];
	const lines: string[] = [];
	for (let at = 0; at < pairs.length; at += 15) {
		const more = at + 15 < pairs.length;
		lines.push(
			`        ${pairs.slice(at, at + 15).join(":")}${more ? ":" : ""}`,
		);
	}
	return [`    ${name}:   `, ...lines];
}
