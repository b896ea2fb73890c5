/**
 * The time of one Fermat test, that is of one modular power, in the kernel and its peers:
 *   npm run bench:kernel -- [--sizes 1024,2048] [--json]
 * All take turns on the same numbers, so that noise hits them alike. The kernel's time is that of two numbers, halved.
 */
import {
	type ChildProcessWithoutNullStreams,
	spawn,
	spawnSync,
} from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bigintEngine } from "../src/arithmetic/bigint-engine.js";
import { IntegerKernelEngine } from "../src/arithmetic/integer-kernel.js";
import { fromBytes } from "../src/arithmetic/integers.js";
import { KernelEngine } from "../src/arithmetic/kernel.js";
import { compileKernel } from "../src/arithmetic/kernel-module.js";
import { median } from "../src/forecast/statistics.js";

const PEERS = [
	"BN_mod_exp_mont",
	"BN_mod_exp_mont_word(2)",
	"mpz_powm",
] as const;
const SOURCE = fileURLToPath(new URL("../../bench/peers.c", import.meta.url));

// BigInt is slow: it takes part in one round of this many.
const BIGINT_EVERY = 6;

/** Times in ms, of one test each, round by round. */
type Samples = Map<string, number[]>;

interface Peers {
	readonly version: string;
	/** Times in ms in the order of PEERS. */
	time(base: bigint, modulus: bigint): Promise<number[]>;
	end(): void;
}

const { values } = parseArgs({
	options: {
		sizes: { type: "string", default: "512,1024,1536,2048,3072,4096,8192" },
		json: { type: "boolean", default: false },
	},
});
const fused = new KernelEngine(compileKernel("power"));
const integer = new IntegerKernelEngine(compileKernel("integer-power"));
// Where multiply-adds are not fused, the kernel of integers is the one that the others are compared with.
const kernel = fused.isFused ? fused : integer;
const peers = await startPeers();
if (typeof peers === "string")
	console.error(`Without OpenSSL and GMP: ${peers}`);
else if (!values.json) console.log(peers.version);

const sizes = values.sizes.split(",").map(Number);
const results = [];
for (const bits of sizes) {
	const samples = await measure(bits);
	const rows = summary(samples);
	results.push({ bits, rows });
	if (!values.json) printTable(bits, rows);
}
if (values.json) {
	const versions = typeof peers === "string" ? null : peers.version;
	console.log(
		JSON.stringify({ node: process.version, versions, results }, null, 2),
	);
}
if (typeof peers !== "string") peers.end();

async function measure(bits: number): Promise<Samples> {
	const rounds =
		BIGINT_EVERY * Math.max(1, Math.min(10, Math.round(20_000 / bits)));
	const samples: Samples = new Map();
	const add = (name: string, ms: number) => {
		samples.set(name, [...(samples.get(name) ?? []), ms]);
	};
	// V8 compiles the kernel once more, with optimisations, while it runs.
	for (let i = 0; i < 5; i++) {
		kernel.fermat([randomOdd(bits), randomOdd(bits)]);
		integer.fermat([randomOdd(bits)]);
	}
	for (let round = 0; round < rounds; round++) {
		const pair = [randomOdd(bits), randomOdd(bits)] as const;
		add("kernel", time(() => kernel.fermat(pair)) / 2);
		const power = {
			base: pair[1] % pair[0],
			exponent: pair[0] - 1n,
			modulus: pair[0],
		};
		add("kernel, any base", time(() => kernel.powers([power, power])) / 2);
		add(
			"integers",
			time(() => integer.fermat([pair[0]])),
		);
		add(
			"integers, any base",
			time(() => integer.powers([power])),
		);
		if (typeof peers !== "string") {
			const times = await peers.time(power.base, power.modulus);
			PEERS.forEach((name, i) => {
				add(name, times[i] as number);
			});
		}
		if (round % BIGINT_EVERY === 0)
			add(
				"BigInt",
				time(() => bigintEngine.fermat([pair[0]])),
			);
	}
	return samples;
}

interface Row {
	readonly name: string;
	readonly minimum: number;
	readonly median: number;
	/** The kernel's time by this one's: of the minima, and the median over the rounds. */
	readonly kernelBy: readonly [minimum: number, median: number];
}

function summary(samples: Samples): Row[] {
	const kernel = samples.get("kernel") ?? [];
	return [...samples].map(([name, times]) => {
		const every = kernel.length / times.length;
		const ratios = times.map((ms, i) => (kernel[i * every] as number) / ms);
		const minimum = Math.min(...times);
		return {
			name,
			minimum,
			median: median(times),
			kernelBy: [Math.min(...kernel) / minimum, median(ratios)],
		};
	});
}

function printTable(bits: number, rows: Row[]): void {
	console.log(
		`\n${bits} bits           minimum    median ms   kernel's time by this: of minima, median of rounds`,
	);
	for (const { name, minimum, median, kernelBy } of rows) {
		console.log(
			`  ${name.padEnd(24)}${minimum.toFixed(3).padStart(9)} ${median.toFixed(3).padStart(9)}   ${kernelBy.map((x) => x.toFixed(2)).join("  ")}`,
		);
	}
}

/** Compiles and starts peers.c, or says why not. */
async function startPeers(): Promise<Peers | string> {
	const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-peers-"));
	const program = join(folder, "peers");
	try {
		const compiled = spawnSync(
			"cc",
			["-O2", SOURCE, "-o", program, "-lcrypto", "-lgmp"],
			{ encoding: "utf8" },
		);
		if (compiled.error) return "no C compiler (cc) was found.";
		if (compiled.status !== 0) {
			return `bench/peers.c does not compile; it needs the headers of both (Debian: libssl-dev libgmp-dev).\n${compiled.stderr}`;
		}
		const process = spawn(program);
		return await talk(process);
	} finally {
		// The running program keeps its file.
		rmSync(folder, { recursive: true });
	}
}

async function talk(program: ChildProcessWithoutNullStreams): Promise<Peers> {
	const lines = createInterface(program.stdout)[Symbol.asyncIterator]();
	const line = async () => String((await lines.next()).value);
	return {
		version: await line(),
		async time(base, modulus) {
			program.stdin.write(`${base.toString(16)} ${modulus.toString(16)}\n`);
			const [agreement, ...times] = (await line()).split(" ").reverse();
			if (agreement !== "agree") throw new Error("OpenSSL and GMP disagree");
			return times.reverse().map(Number);
		},
		end() {
			program.stdin.end();
		},
	};
}

function time(run: () => void): number {
	const start = performance.now();
	run();
	return performance.now() - start;
}

function randomOdd(bits: number): bigint {
	const top = 1n << BigInt(bits - 1);
	return (
		BigInt.asUintN(bits, fromBytes(randomBytes(Math.ceil(bits / 8)))) | top | 1n
	);
}
