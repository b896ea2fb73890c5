/**
 * Compares the kernel with BigInt on hard numbers of 4 to 330 limbs until the time is up:
 *   npm run fuzz:kernel -- --seconds 60
 * Half of the work goes to few limbs, where a value costs little; long numbers get short exponents.
 */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import { chooseEngine, engineOf } from "../../src/arithmetic/choose-engine.js";
import { hardLucasTerms, hardPower } from "../arithmetic/hard-numbers.js";

const BATCH = 64;

const { values } = parseArgs({
	options: { seconds: { type: "string", default: "60" } },
});
const choice = await chooseEngine();
if (choice.name === "bigint") {
	console.error(`Nothing to compare: ${choice.reason}.`);
	process.exit(2);
}
const kernel = engineOf(choice);

const end = performance.now() + Number(values.seconds) * 1000;
let compared = 0;
while (performance.now() < end) {
	const limbs = randomInt(32) === 0 ? randomInt(4, 331) : randomInt(4, 10);
	const size = limbs * 52 - 5;
	const powers = Array.from({ length: limbs < 10 ? BATCH : 2 }, () =>
		hardPower(size - randomInt(104), randomInt(16) === 0 ? 200 : 20, randomInt),
	);
	check(
		powers.map((power) => JSON.stringify(power, withBigInts)),
		kernel.powers(powers),
		bigintEngine.powers(powers),
	);
	const terms = hardLucasTerms(size - randomInt(104), 20, randomInt);
	check(
		["V_k", "V_(k+1)"].map(
			(term) => `${term} of ${JSON.stringify(terms, withBigInts)}`,
		),
		kernel.lucas(terms),
		bigintEngine.lucas(terms),
	);
	if (limbs < 10) {
		const moduli = powers.slice(0, 2).map(({ modulus }) => modulus);
		check(
			moduli.map((n) => `2^(n−1) = 1 mod n = ${n}`),
			kernel.fermat(moduli),
			bigintEngine.fermat(moduli),
		);
	}
}
console.log(`${compared} values, no difference`);

function check<T>(
	inputs: readonly string[],
	actual: readonly T[],
	expected: readonly T[],
): void {
	actual.forEach((value, i) => {
		if (value === expected[i]) return;
		console.error(
			`${inputs[i]}: the kernel has ${value}, BigInt ${expected[i]}`,
		);
		process.exit(1);
	});
	compared += actual.length;
}

function withBigInts(_: string, value: unknown): unknown {
	return typeof value === "bigint" ? value.toString() : value;
}
