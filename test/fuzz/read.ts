/**
 * Feeds mutated parameters to the reader for as long as one likes:
 *
 *     npm run fuzz:read -- --inputs 10000000 --seed 1
 *
 * Each input must be refused with UnreadableParametersError, or read as exactly what its bytes say, within 50 ms of
 * processor time for 64 kB and in step with the length beyond that; the process stays below 600 MB. One input in
 * 5,000 is a long one of repeated parts.
 * The same seed gives the same inputs; a failure prints the input in hexadecimal and ends with status 1.
 */
import { parseArgs } from "node:util";
import { asn1, withAsn1 } from "../../src/encoding/asn1.js";
import { encodeDer } from "../../src/encoding/der.js";
import { UnreadableParametersError } from "../../src/errors.js";
import { NAMED_GROUPS } from "../../src/groups/groups.js";
import { DhParams } from "../../src/params.js";
import { readParameters } from "../../src/reading/read.js";
import type { Reading } from "../../src/reading/reading.js";
import { Random } from "./random.js";

// For 64 kB, and in step with the length from there on.
const MOST_MS = 50;
const BYTES_OF_MOST_MS = 65_536;

// Node takes some 100 MB, and up to 150 MB of garbage before it collects it.
const MOST_MEMORY_BYTES = 600e6;

/** One valid input of each kind, small so that mutations hit what matters. */
function corpus(): Buffer[] {
	const small = new DhParams({ p: 0xd1427d05e5cef5dd402171752dc111afn, g: 2n });
	const { p, g } = small;
	const q = (p - 1n) / 2n;
	const seed = Uint8Array.of(1, 2, 3, 200);
	const values = [
		small,
		new DhParams({ p, g, privateLength: 100 }),
		new DhParams({ p, g: 4n, q }),
		new DhParams({ p, g: 4n, q, j: 2n, validation: { seed, counter: 5n } }),
		...NAMED_GROUPS.filter(({ bits }) => bits <= 2048).map(
			({ params }) => params,
		),
	];
	const key =
		"-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n-----END PRIVATE KEY-----\n";
	const moduli = `20230825034132 2 6 100 127 2 ${p.toString(16)}\n`;
	return values
		.flatMap((params) => [
			Buffer.from(params.toDer()),
			Buffer.from(params.toPem()),
			Buffer.from(params.toText()),
			Buffer.from(params.toText() + params.toPem()),
			Buffer.from(JSON.stringify(params)),
		])
		.concat([
			Buffer.from(key + small.toPem()),
			Buffer.from(small.toPem() + small.toPem()),
			Buffer.from(moduli + moduli),
			Buffer.from(p.toString(16)),
			Buffer.from(p.toString(10)),
		]);
}

// What parsers trip over: tags, lengths, PEM and text delimiters, byte order marks.
const TOKENS = [
	"30",
	"02",
	"03",
	"80",
	"81",
	"82",
	"84ffffffff",
	"00",
	"ff",
	"7f",
	"0200",
	"020100",
	"0a",
	"0d0a",
	"2d2d2d2d2d",
	"3d",
	"3d3d",
	"20",
	"3a",
	"7b",
	"7d",
	"22",
	"efbbbf",
	"fffe",
	"feff",
	"1f8b",
	"3078",
	Buffer.from("-----BEGIN DH PARAMETERS-----\n").toString("hex"),
	Buffer.from("-----END DH PARAMETERS-----\n").toString("hex"),
	Buffer.from("X9.42 ").toString("hex"),
	Buffer.from("DH Parameters: (128 bit)\n").toString("hex"),
].map((hex) => Buffer.from(hex, "hex"));

/** Up to 1 MiB of something repeated, between two parts of other inputs. */
function long(seeds: readonly Buffer[], random: Random): Buffer {
	const part = () => {
		const seed = random.pick([...seeds, ...TOKENS]);
		const at = random.below(seed.length);
		return seed.subarray(at, at + 1 + random.below(200));
	};
	const [before, unit, after] = [
		part(),
		random.pick([part(), random.pick(TOKENS)]),
		part(),
	];
	const bytes = 1 << (10 + random.below(11));
	const middle = Buffer.alloc(bytes - before.length - after.length, unit);
	return Buffer.concat([before, middle, after]);
}

function mutate(input: Buffer, seeds: readonly Buffer[], random: Random) {
	let mutant = Buffer.from(input);
	for (let left = 1 + random.below(4); left > 0; left--) {
		const at = random.below(mutant.length + 1);
		const length = random.below(8) === 0 ? random.below(200) : random.below(4);
		const rest = mutant.subarray(at);
		const before = mutant.subarray(0, at);
		switch (random.below(8)) {
			case 0:
				mutant = Buffer.concat([before, rest.subarray(length)]);
				break;
			case 1:
				mutant = Buffer.from(before);
				break;
			case 2:
				mutant = Buffer.concat([before, random.pick(TOKENS), rest]);
				break;
			case 3:
				mutant = Buffer.concat([
					before,
					random.pick(TOKENS),
					rest.subarray(length),
				]);
				break;
			case 4: {
				const other = random.pick(seeds);
				const cut = other.subarray(random.below(other.length));
				mutant = Buffer.concat([before, cut]);
				break;
			}
			case 5:
				mutant = Buffer.concat([before, rest.subarray(0, length), rest]);
				break;
			default:
				if (at < mutant.length) mutant[at] = random.below(256);
		}
	}
	return mutant;
}

/** Is the reading exactly what the bytes say? */
function isFaithful(reading: Reading, input: Buffer): boolean {
	const der = Buffer.from(reading.params.toDer());
	if (!Buffer.from(encodeDer(reading.params)).equals(der)) return false;
	switch (reading.format) {
		case "DER":
			return der.equals(input);
		case "PEM":
			return input
				.toString("latin1")
				.replace(/[\s]/g, "")
				.includes(der.toString("base64"));
		case "number":
			return true;
		default:
			return input
				.toString("latin1")
				.replace(/[\s:]/g, "")
				.toLowerCase()
				.includes(reading.params.p.toString(16));
	}
}

function isRefused(input: Buffer, options: { generator?: bigint }): boolean {
	try {
		const readings = readParameters(input, options);
		if (!readings.every((reading) => isFaithful(reading, input))) {
			throw new Error("It was read as something that its bytes do not say.");
		}
		return false;
	} catch (error) {
		if (error instanceof UnreadableParametersError) return true;
		throw error;
	}
}

const { values } = parseArgs({
	options: {
		inputs: { type: "string", default: "1000000" },
		seed: { type: "string", default: String(Date.now() & 0x7fffffff) },
	},
});
await withAsn1(asn1);
const inputs = Number(values.inputs);
const random = new Random(Number(values.seed));
const seeds = corpus();

/** Processor time of this process in ms: other programs on the machine do not count. */
function cpuMs(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}

const began = performance.now();
const cpuBegan = cpuMs();
let refused = 0;
let [slowest, mostOfBound] = [0, 0];
for (let count = 1; count <= inputs; count++) {
	const input =
		random.below(5000) === 0
			? long(seeds, random)
			: mutate(random.pick(seeds), seeds, random);
	const options = random.below(4) === 0 ? { generator: 2n } : {};
	const start = cpuMs();
	try {
		if (isRefused(input, options)) refused++;
		const bound = MOST_MS * Math.max(1, input.length / BYTES_OF_MOST_MS);
		let elapsed = cpuMs() - start;
		// V8 compiles and collects garbage in threads of this process: the best of four counts.
		for (let again = 0; again < 3 && elapsed > bound; again++) {
			const start = cpuMs();
			isRefused(input, options);
			elapsed = Math.min(elapsed, cpuMs() - start);
		}
		slowest = Math.max(slowest, elapsed);
		mostOfBound = Math.max(mostOfBound, elapsed / bound);
		if (elapsed > bound) {
			throw new Error(
				`It took ${elapsed} ms of processor time; the bound is ${bound} ms.`,
			);
		}
	} catch (error) {
		console.error(`Input ${count} of seed ${values.seed}:`);
		console.error(input.toString("hex"));
		console.error(error);
		process.exit(1);
	}
	if (count % 1000 === 0 && process.memoryUsage.rss() > MOST_MEMORY_BYTES) {
		console.error(`More than ${MOST_MEMORY_BYTES / 1e6} MB are in use.`);
		process.exit(1);
	}
	if (count % 1_000_000 === 0)
		console.log(`${count} inputs, ${refused} refused`);
}
const seconds = (performance.now() - began) / 1000;
const cpuSeconds = (cpuMs() - cpuBegan) / 1000;
console.log(
	`${inputs} inputs of seed ${values.seed} in ${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of processor time): ${refused} refused, ${inputs - refused} read as what they say; the slowest took ${slowest.toFixed(1)} ms, at most ${Math.round(100 * mostOfBound)} % of a bound was used, memory ${Math.round(process.memoryUsage.rss() / 1e6)} MB.`,
);
