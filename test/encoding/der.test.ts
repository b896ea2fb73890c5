import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toBytes } from "../../src/arithmetic/integers.js";
import {
	type DerKind,
	type DhValues,
	decodeDer,
	encodeDer,
} from "../../src/encoding/der.js";
import { UnreadableParametersError } from "../../src/errors.js";

// A DER writer of our own, to compare asn1js with: tag, length, content.
function tlv(tag: number, content: Uint8Array): Uint8Array {
	return Buffer.concat([Buffer.of(tag), length(content.length), content]);
}

function length(n: number): Uint8Array {
	if (n < 0x80) return Buffer.of(n);
	const bytes = toBytes(BigInt(n));
	return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
}

function integer(n: bigint): Uint8Array {
	const bytes = toBytes(n);
	const sign = (bytes[0] ?? 0) >= 0x80 ? Buffer.of(0) : Buffer.of();
	return tlv(0x02, Buffer.concat([sign, bytes]));
}

function sequence(...elements: Uint8Array[]): Uint8Array {
	return tlv(0x30, Buffer.concat(elements));
}

/** The INTEGERs of a SEQUENCE, read by hand and strictly; undefined for anything else. */
function readByHand(der: Uint8Array): bigint[] | undefined {
	const outer = readTlv(der, 0);
	if (outer?.tag !== 0x30 || outer.end !== der.length) return undefined;
	const numbers: bigint[] = [];
	for (let at = outer.start; at < outer.end; ) {
		const element = readTlv(der, at);
		if (element?.tag !== 0x02 || element.end > outer.end) return undefined;
		const [first, second = 0] = der.subarray(element.start, element.end);
		if (first === undefined || first >= 0x80) return undefined;
		const padded = first === 0 && element.end - element.start > 1;
		if (padded && second < 0x80) return undefined;
		numbers.push(
			BigInt(
				`0x${Buffer.from(der.subarray(element.start, element.end)).toString("hex")}`,
			),
		);
		at = element.end;
	}
	return numbers;
}

function readTlv(der: Uint8Array, at: number) {
	const [tag, first] = [der[at], der[at + 1]];
	if (tag === undefined || first === undefined) return undefined;
	if (first < 0x80) return within(der, tag, at + 2, first);
	const count = first & 0x7f;
	const bytes = der.subarray(at + 2, at + 2 + count);
	if (count === 0 || count > 4 || bytes.length < count || bytes[0] === 0) {
		return undefined;
	}
	const size = Number(`0x${Buffer.from(bytes).toString("hex")}`);
	if (size < 0x80) return undefined;
	return within(der, tag, at + 2 + count, size);
}

function within(der: Uint8Array, tag: number, start: number, size: number) {
	const end = start + size;
	return end > der.length ? undefined : { tag, start, end };
}

function tryDecode(der: Uint8Array, kind: DerKind): DhValues | undefined {
	try {
		return decodeDer(der, kind);
	} catch (error) {
		if (error instanceof UnreadableParametersError) return undefined;
		throw error;
	}
}

const good = readFileSync(
	new URL("../vectors/malformed/good.der", import.meta.url),
);
const [P, G] = readByHand(good) as [bigint, bigint];

const natural = fc.bigInt({ min: 0n, max: (1n << 600n) - 1n });

describe("DER", () => {
	test("is what a writer of our own makes of any p and g", () => {
		fc.assert(
			fc.property(natural, natural, (p, g) => {
				expect(Buffer.from(encodeDer({ p, g }))).toEqual(
					sequence(integer(p), integer(g)),
				);
			}),
		);
	});

	test("round trip: PKCS #3 with a length, X9.42 with j and seed", () => {
		const seed = fc.uint8Array({ maxLength: 40 });
		const values = fc.oneof(
			fc.record({ p: natural, g: natural }),
			fc.record({ p: natural, g: natural, privateLength: fc.nat() }),
			fc.record({
				p: natural,
				g: natural,
				q: fc.bigInt({ min: 1n << 31n, max: 1n << 64n }),
				j: natural,
				validation: fc.record({ seed, counter: natural }),
			}),
		);
		fc.assert(
			fc.property(values, (given) => {
				expect(decodeDer(encodeDer(given), "unlabelled")).toEqual(given);
			}),
		);
	});

	test("X9.42 with validation parameters, as OpenSSL makes them", () => {
		const pem = execFileSync(
			"openssl",
			[
				..."genpkey -genparam -algorithm DHX -pkeyopt dh_paramgen_type:1".split(
					" ",
				),
				..."-pkeyopt dh_paramgen_prime_len:512 -pkeyopt dh_paramgen_subprime_len:160".split(
					" ",
				),
			],
			{ stdio: ["ignore", "pipe", "ignore"] },
		);
		const der = execFileSync("openssl", ["dhparam", "-outform", "DER"], {
			input: pem,
		});
		const values = decodeDer(Uint8Array.from(der), "X9.42");
		expect(values.validation?.seed.length).toBe(20);
		expect((values.p - 1n) % (values.q as bigint)).toBe(0n);
		expect(Buffer.from(encodeDer(values))).toEqual(der);
	});
});

describe("what is no DER is refused", () => {
	test("truncation at every byte", () => {
		for (let end = 0; end < good.length; end++) {
			expect(tryDecode(good.subarray(0, end), "unlabelled")).toBeUndefined();
		}
	});

	test("each byte changed: refused, or read as exactly what the bytes say", () => {
		let read = 0;
		for (let at = 0; at < good.length; at++) {
			for (const flip of [0x01, 0x02, 0x20, 0x40, 0x7f, 0x80, 0xff]) {
				const mutant = Uint8Array.from(good);
				mutant[at] = (mutant[at] as number) ^ flip;
				const byHand = readByHand(mutant);
				const values = tryDecode(mutant, "PKCS #3");
				if (byHand === undefined || byHand.length !== 2) {
					expect(values, `byte ${at}`).toBeUndefined();
				} else {
					expect(values).toEqual({ p: byHand[0], g: byHand[1] });
					read++;
				}
			}
		}
		// Nearly all bytes are the digits of p, and any digits are a number.
		expect(read).toBeGreaterThan(good.length * 6);
	});

	const padded = tlv(0x02, Buffer.concat([Buffer.of(0), toBytes(5n)]));
	const longLength = Buffer.concat([Buffer.of(0x02, 0x81, 0x01), Buffer.of(5)]);
	const [p, g] = [integer(P), integer(G)];
	const body = Buffer.concat([p, g]);
	const refused: Record<string, Uint8Array> = {
		"padded INTEGER": sequence(p, padded),
		"padded p": sequence(
			tlv(0x02, Buffer.concat([Buffer.of(0, 0), toBytes(P)])),
			g,
		),
		"empty INTEGER": sequence(p, tlv(0x02, Buffer.of())),
		"negative g": sequence(p, tlv(0x02, Buffer.of(0xfe))),
		"negative p": sequence(tlv(0x02, toBytes(P)), g),
		"long form of a short length": sequence(p, longLength),
		"leading zero in a length": Buffer.concat([
			Buffer.of(0x30, 0x83, 0x00),
			length(body.length).subarray(1),
			body,
		]),
		"indefinite length": Buffer.concat([
			Buffer.of(0x30, 0x80),
			body,
			Buffer.of(0, 0),
		]),
		"trailing byte": Buffer.concat([sequence(p, g), Buffer.of(0)]),
		"trailing NULL inside": sequence(p, g, Buffer.of(0x05, 0x00)),
		"five INTEGERs": sequence(p, g, g, g, g),
		"one INTEGER": sequence(p),
		"no INTEGER": sequence(),
		SET: tlv(0x31, body),
		"primitive SEQUENCE": tlv(0x10, body),
		"application tag": tlv(0x70, body),
		"high tag number": Buffer.concat([
			Buffer.of(0x3f, 0x10),
			length(body.length),
			body,
		]),
		"constructed INTEGER": sequence(p, tlv(0x22, Buffer.of(0x02, 0x01, 0x02))),
		"OCTET STRING for g": sequence(p, tlv(0x04, Buffer.of(2))),
		"ENUMERATED for g": sequence(p, tlv(0x0a, Buffer.of(2))),
		"BOOLEAN for g": sequence(p, tlv(0x01, Buffer.of(0xff))),
		"sequence in a sequence": sequence(sequence(p, g)),
		"validation without a q": sequence(
			p,
			g,
			sequence(tlv(0x03, Buffer.of(0, 1)), integer(1n)),
		),
		"validation with unused bits": sequence(
			p,
			g,
			integer(P >> 1n),
			sequence(tlv(0x03, Buffer.of(4, 0x10)), integer(1n)),
		),
		"validation of three": sequence(
			p,
			g,
			integer(P >> 1n),
			sequence(tlv(0x03, Buffer.of(0, 1)), integer(1n), integer(1n)),
		),
		"negative counter": sequence(
			p,
			g,
			integer(P >> 1n),
			sequence(tlv(0x03, Buffer.of(0, 1)), tlv(0x02, Buffer.of(0xff))),
		),
		"length of 2^32 - 1": Buffer.concat([
			Buffer.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff),
			body,
		]),
		"length of 2^64 - 1": Buffer.concat([
			Buffer.of(0x30, 0x88),
			Buffer.alloc(8, 0xff),
			body,
		]),
		"length in 126 bytes": Buffer.concat([
			Buffer.of(0x30, 0xfe),
			Buffer.alloc(126, 0x01),
			body,
		]),
		"reserved length 0xff": Buffer.concat([Buffer.of(0x30, 0xff), body]),
		"70 kB of g": sequence(p, integer(1n << 560_000n)),
		"20,000 nested SEQUENCEs": Buffer.from("3080".repeat(20_000), "hex"),
		"DSA parameters": sequence(
			integer(0xd3n * (1n << 140n) * 3n + 1n),
			integer(3n << 140n),
			integer((1n << 139n) + 1n),
		),
	};
	test.each(Object.entries(refused))("%s", (_, der) => {
		expect(tryDecode(der, "unlabelled")).toBeUndefined();
	});

	test("a q under the label of PKCS #3, and none under that of X9.42", () => {
		const withQ = sequence(p, g, integer(P >> 1n));
		expect(tryDecode(withQ, "X9.42")).toEqual({ p: P, g: G, q: P >> 1n });
		expect(tryDecode(withQ, "unlabelled")).toEqual({ p: P, g: G, q: P >> 1n });
		expect(tryDecode(withQ, "PKCS #3")).toBeUndefined();
		expect(tryDecode(sequence(p, g), "X9.42")).toBeUndefined();
		const withLength = sequence(p, g, integer(225n));
		expect(tryDecode(withLength, "PKCS #3")).toEqual({
			p: P,
			g: G,
			privateLength: 225,
		});
	});
});
