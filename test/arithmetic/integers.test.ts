import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	bitLength,
	fromBytes,
	jacobi,
	squareRoot,
	toBytes,
	trailingZeros,
} from "../../src/arithmetic/integers.js";

const natural = fc.bigInt({ min: 0n, max: (1n << 700n) - 1n });
const odd = natural.map((n) => 2n * n + 1n);

describe("integers", () => {
	test("bitLength: 2^(bits-1) <= n < 2^bits", () => {
		expect(bitLength(0n)).toBe(0);
		fc.assert(
			fc.property(natural, (n) => {
				const bits = BigInt(bitLength(n));
				expect(n < 1n << bits).toBe(true);
				expect(n === 0n || n >= 1n << (bits - 1n)).toBe(true);
			}),
		);
	});

	test("bytes: back and forth, padded to a length", () => {
		fc.assert(
			fc.property(natural, fc.nat(120), (n, length) => {
				const bytes = toBytes(n, length);
				expect(fromBytes(bytes)).toBe(n);
				expect(bytes.length).toBe(
					Math.max(length, Math.ceil(bitLength(n) / 8) || 1),
				);
			}),
		);
		expect(fromBytes(new Uint8Array())).toBe(0n);
		expect(toBytes(0x1ffn)).toEqual(Uint8Array.of(1, 0xff));
	});

	test("squareRoot: r^2 <= n < (r+1)^2, also beside squares", () => {
		const check = (n: bigint) => {
			const root = squareRoot(n);
			expect(root * root <= n && n < (root + 1n) ** 2n).toBe(true);
		};
		for (let n = 0n; n < 300n; n++) check(n);
		fc.assert(
			fc.property(natural, (n) => {
				for (const near of [n, n * n, n * n + 1n, n * n + 2n * n]) check(near);
			}),
		);
	});

	test("trailingZeros", () => {
		fc.assert(
			fc.property(odd, fc.nat(500), (n, zeros) => {
				expect(trailingZeros(n << BigInt(zeros))).toBe(zeros);
			}),
		);
	});
});

describe("the Jacobi symbol", () => {
	test("is Legendre's for small primes: 1 for squares, -1 for the others", () => {
		for (const p of [3, 5, 7, 11, 13, 17, 19, 23, 97, 101, 257, 1009]) {
			const squares = new Set(
				Array.from({ length: p - 1 }, (_, i) => ((i + 1) * (i + 1)) % p),
			);
			for (let a = -p; a < 2 * p; a++) {
				const rest = ((a % p) + p) % p;
				const expected = rest === 0 ? 0 : squares.has(rest) ? 1 : -1;
				expect(jacobi(BigInt(a), BigInt(p)), `(${a}/${p})`).toBe(expected);
			}
		}
	});

	test("is multiplicative in both places, and 0 exactly for a common factor", () => {
		const any = natural.map((n) => n - (1n << 600n));
		fc.assert(
			fc.property(any, any, odd, odd, (a, b, m, n) => {
				expect(jacobi(a * b, n)).toBe(times(jacobi(a, n), jacobi(b, n)));
				expect(jacobi(a, m * n)).toBe(times(jacobi(a, m), jacobi(a, n)));
				expect(jacobi(a * n, n)).toBe(n === 1n ? 1 : 0);
			}),
		);
	});

	test("obeys the supplements: (-1/n) and (2/n)", () => {
		fc.assert(
			fc.property(odd, (n) => {
				expect(jacobi(-1n, n)).toBe(n % 4n === 1n ? 1 : -1);
				const eighth = n % 8n;
				expect(jacobi(2n, n)).toBe(eighth === 1n || eighth === 7n ? 1 : -1);
			}),
		);
	});
});

/** Without JavaScript's −0. */
function times(a: number, b: number): number {
	return a * b || 0;
}
