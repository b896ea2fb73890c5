/**
 * Compares the kernels with BigInt, in turns, on hard numbers of all limb counts until the time is up:
 *   npm run fuzz:kernel -- --seconds 60
 * Half of the work goes to few limbs, where a value costs little; long numbers get short exponents.
 */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import type { Engine } from "../../src/arithmetic/engine.js";
import {
	IntegerKernelEngine,
	MAX_INTEGER_KERNEL_BITS,
} from "../../src/arithmetic/integer-kernel.js";
import { KernelEngine, MAX_KERNEL_BITS } from "../../src/arithmetic/kernel.js";
import { compileKernel } from "../../src/arithmetic/kernel-module.js";
import { hardLucasTerms, hardPower } from "../arithmetic/hard-numbers.js";

const BATCH = 64;

const { values } = parseArgs({
	options: { seconds: { type: "string", default: "60" } },
});
const fused = new KernelEngine(compileKernel("power"));
const integer = new IntegerKernelEngine(compileKernel("integer-power"));
const kernels = [
	...(fused.isFused
		? [{ name: "fused", kernel: fused, maxBits: MAX_KERNEL_BITS }]
		: []),
	{
		name: "integer",
		kernel: integer,
		maxBits: MAX_INTEGER_KERNEL_BITS,
	},
];
if (!fused.isFused)
	console.error("No fused multiply-add: its kernel is left out.");

const end = performance.now() + Number(values.seconds) * 1000;
let compared = 0;
while (performance.now() < end) {
	for (const { name, kernel, maxBits } of kernels)
		compare(name, kernel, maxBits);
}
console.log(`${compared} values, no difference`);

function compare(name: string, kernel: Engine, maxBits: number): void {
	const isLong = randomInt(32) === 0;
	const size = isLong ? randomInt(104, maxBits + 1) : randomInt(104, 520);
	const powers = Array.from({ length: isLong ? 2 : BATCH }, () =>
		hardPower(
			isLong ? size - randomInt(104) : randomInt(3, size),
			randomInt(16) === 0 ? 200 : 20,
			randomInt,
		),
	);
	check(
		name,
		powers.map((power) => JSON.stringify(power, withBigInts)),
		kernel.powers(powers),
		bigintEngine.powers(powers),
	);
	const terms = hardLucasTerms(size - randomInt(100), 20, randomInt);
	check(
		name,
		["V_k", "V_(k+1)"].map(
			(term) => `${term} of ${JSON.stringify(terms, withBigInts)}`,
		),
		kernel.lucas(terms),
		bigintEngine.lucas(terms),
	);
	if (isLong) return;
	const moduli = powers.slice(0, 2).map(({ modulus }) => modulus);
	check(
		name,
		moduli.map((n) => `2^(n−1) = 1 mod n = ${n}`),
		kernel.fermat(moduli),
		bigintEngine.fermat(moduli),
	);
	for (const n of moduli) {
		check(
			name,
			[`the residue of Fermat's test for n = ${n}`],
			kernel.fermatResidues([n]),
			bigintEngine.fermatResidues([n]),
		);
	}
}

function check<T>(
	name: string,
	inputs: readonly string[],
	actual: readonly T[],
	expected: readonly T[],
): void {
	actual.forEach((value, i) => {
		if (value === expected[i]) return;
		console.error(
			`${inputs[i]}: the ${name} kernel has ${value}, BigInt ${expected[i]}`,
		);
		process.exit(1);
	});
	compared += actual.length;
}

function withBigInts(_: string, value: unknown): unknown {
	return typeof value === "bigint" ? value.toString() : value;
}
