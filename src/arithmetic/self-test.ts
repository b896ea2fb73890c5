import { randomBytes } from "node:crypto";
import { bigintEngine } from "./bigint-engine.js";
import type { Power } from "./engine.js";
import type { IntegerKernelEngine } from "./integer-kernel.js";
import { fromBytes } from "./integers.js";
import { KernelEngine } from "./kernel.js";

// 3^(10^40) mod 2^255 − 19 and 5^(10^30) mod 2^521 − 1, computed with Python's pow().
const KNOWN_POWERS: readonly (Power & { readonly result: bigint })[] = [
	{
		base: 3n,
		exponent: 10n ** 40n,
		modulus: 2n ** 255n - 19n,
		result: 0x6affffe363c55673fd7afdabf7ad1d7b06c4a46c39fa1992c9b9bad2ce4e3c0fn,
	},
	{
		base: 5n,
		exponent: 10n ** 30n,
		modulus: 2n ** 521n - 1n,
		result:
			0x5b90125e94fae454d975509ef9e9e46db1387d64c6659fac329f0cd6249e2f93ce086f7dbee927f8dc11515058248d24825d43e7e109845dba1da3c2de13b1687dn,
	},
];
// With P = 3 and Q = 1, V_k is the Lucas number L_2k: L_300 and L_302, OEIS A000032.
const LUCAS_TERMS = { parameter: 3n, index: 150n, modulus: 2n ** 255n - 19n };
const LUCAS_NUMBERS = [
	496926405783746676393791436882468230898067489522034699520200002n,
	1300970220249171128415036888978477264363768582024301461757749003n,
];
// One comparison of 0.1 ms for BigInt. The integer kernel sums columns of more than 1,040 bits in several parts.
const RANDOM_BYTES = 180;
const RANDOM_EXPONENT_BYTES = 3;

/**
 * May the kernel be trusted on this machine? It must round multiply-adds once if it uses them, reproduce known powers and
 * Lucas numbers, recognise a prime, and agree with BigInt on a random power.
 *
 * @returns undefined, or why not, as a sentence for the report
 */
export function kernelFault(
	kernel: KernelEngine | IntegerKernelEngine,
): string | undefined {
	if (kernel instanceof KernelEngine && !kernel.isFused) {
		return process.versions.bun === undefined
			? "this processor, or its emulation, has no fused multiply-add"
			: "the WebAssembly of Bun has no fused multiply-add; Node and Deno have it on most processors";
	}
	const powers = kernel.powers(KNOWN_POWERS);
	if (!KNOWN_POWERS.every(({ result }, i) => powers[i] === result)) {
		return "the kernel computed a known power wrongly";
	}
	const [prime, composite] = kernel.fermat([2n ** 521n - 1n, 2n ** 521n + 1n]);
	if (!prime || composite) {
		return "the kernel took a prime for composite, or a composite for prime";
	}
	const terms = kernel.lucas(LUCAS_TERMS);
	if (!LUCAS_NUMBERS.every((number, i) => terms[i] === number)) {
		return "the kernel computed a Lucas number wrongly";
	}
	const sample = randomPower();
	if (kernel.powers([sample])[0] !== bigintEngine.powers([sample])[0]) {
		return `the kernel and BigInt disagree on ${sample.base}^${sample.exponent} modulo ${sample.modulus}`;
	}
	return undefined;
}

function randomPower(): Power {
	const top = 1n << BigInt(8 * RANDOM_BYTES - 1);
	const modulus = fromBytes(randomBytes(RANDOM_BYTES)) | top | 1n;
	const base = fromBytes(randomBytes(RANDOM_BYTES)) % modulus;
	const exponent = fromBytes(randomBytes(RANDOM_EXPONENT_BYTES));
	return { base, exponent, modulus };
}
