/**
 * What a proof costs: the expected CPU time of a search with a certificate by that of one without.
 *   npm run bench:provable -- [--sizes 1024,2048,4096] [--rounds 15]
 * Both searches test as many candidates, which is most of their time and random. So their parts are measured, in turns:
 * the sieve up to the plan's bound, one test, the chain of primes, and the evidence of the result; and the check of a
 * certificate. Times are CPU ms of one thread, the least of all rounds (the chain's, which is random too, the mean).
 */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import {
	chooseEngine,
	type EngineChoice,
	engineOf,
} from "../src/arithmetic/choose-engine.js";
import { drawChain, lastOf } from "../src/certificate/chain.js";
import { faultOf } from "../src/certificate/verify.js";
import { generate } from "../src/generate/generate.js";
import { confirmedEngineOf } from "../src/primality/confirmed-engine.js";
import { draw } from "../src/search/draw.js";
import {
	type Evidence,
	evidence,
	holds,
	provableEvidence,
} from "../src/search/evidence.js";
import { plan } from "../src/search/plan.js";
import { chooseSieve, sieve } from "../src/search/sieve.js";
import { candidate } from "../src/search/window.js";

const { values } = parseArgs({
	options: {
		sizes: { type: "string", default: "1024,2048,4096" },
		rounds: { type: "string", default: "15" },
	},
});
const choice = chooseEngine();
for (const bits of values.sizes.split(",").map(Number)) {
	await compare(bits, Number(values.rounds), choice);
}

async function compare(
	bits: number,
	rounds: number,
	choice: EngineChoice,
): Promise<void> {
	const engine = engineOf(choice);
	const confirmed = confirmedEngineOf(choice);
	const planned = plan(bits, 2, choice.name);
	const sieving = chooseSieve(choice);
	const random = (_: unknown, length: number) => randomBytes(length);
	const chainBytes = (_: number, __: number, length: number) =>
		randomBytes(length);
	const rest = async () => {};

	// A stretch of primes below the bound, since the whole takes long.
	const high = 2 * Math.floor(planned.sieveBound / 2);
	const low = Math.max(0, high - 2 ** 22);
	const stretch = primesBelow(high) - (low === 0 ? 0 : primesBelow(low));
	const scale = primesBelow(high) / stretch;

	const chain = await drawChain(bits, chainBytes, engine, rest);
	const plainWindow = draw(planned, 0, random).window;
	const provableWindow = draw(planned, 0, random, lastOf(chain)).window;
	const numbers = [0, 1].map((k) => candidate(plainWindow, k));
	const group = await generate(bits, { provable: true, threads: 1 });
	const certificate = group.certificate;
	if (certificate === undefined) throw new Error("no certificate");
	const p = group.p;
	const plainEvidence = evidence(p, 2, randomBytes);
	const proof = provableEvidence(certificate);

	const times = {
		test: [] as number[],
		plainSieve: [] as number[],
		provableSieve: [] as number[],
		plainEvidence: [] as number[],
		provableEvidence: [] as number[],
		chain: [] as number[],
		check: [] as number[],
	};
	const all = (parts: readonly Evidence[]) =>
		parts.every((part) => holds(part, confirmed));
	for (let round = 0; round < rounds; round++) {
		times.test.push(await cpu(() => engine.fermat(numbers)));
		times.plainSieve.push(
			await cpu(() => sieve(sieving, plainWindow, [[low, high]])),
		);
		times.provableSieve.push(
			await cpu(() => sieve(sieving, provableWindow, [[low, high]])),
		);
		times.plainEvidence.push(await cpu(() => all(plainEvidence)));
		times.provableEvidence.push(await cpu(() => all(proof)));
		times.chain.push(
			await cpu(() => drawChain(bits, chainBytes, engine, rest)),
		);
		times.check.push(await cpu(() => faultOf(certificate)));
	}
	const tests =
		(planned.expectedTests * Math.min(...times.test)) / engine.lanes;
	const plain =
		tests +
		Math.min(...times.plainSieve) * scale +
		Math.min(...times.plainEvidence);
	const chainMs = times.chain.reduce((sum, ms) => sum + ms) / rounds;
	const provable =
		tests +
		Math.min(...times.provableSieve) * scale +
		Math.min(...times.provableEvidence) +
		chainMs;
	const ms = (value: number) => `${value.toFixed(1)} ms`;
	console.log(
		[
			`${bits} bits: --provable ${ms(provable)} of CPU, plain ${ms(plain)}: ${(provable / plain).toFixed(3)}`,
			`  tests ${ms(tests)} in both; sieve ${ms(Math.min(...times.provableSieve) * scale)} against ${ms(Math.min(...times.plainSieve) * scale)}`,
			`  chain ${ms(chainMs)}; evidence ${ms(Math.min(...times.provableEvidence))} against ${ms(Math.min(...times.plainEvidence))}`,
			`  check of a certificate ${ms(Math.min(...times.check))} on BigInt`,
		].join("\n"),
	);
}

/** π(n) ≈ n/(ln n − 1). */
function primesBelow(n: number): number {
	return n / (Math.log(n) - 1);
}

/** CPU time of this process in ms. */
async function cpu(work: () => unknown): Promise<number> {
	const before = process.cpuUsage();
	await work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}
