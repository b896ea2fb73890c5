/**
 * Cuts, joins and changes the line ends of real keys (test/vectors/keys) and of parameters with keys beside them; none of
 * the results may be replaced by ensure, not even with force: npm run fuzz:keys -- --inputs 1000000 --seed 1.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { withAsn1 } from "../../src/encoding/asn1.js";
import { lossOf } from "../../src/ensure/loss.js";
import { namedGroup } from "../../src/groups/groups.js";

const FOLDER = resolve("test/vectors/keys");

/** A piece of a key in fewer bytes is not known for one; without force it is not replaced either. */
const MIN_BYTES = 96;

/** Every key of the vectors by its name. */
export function keys(): { name: string; bytes: Buffer }[] {
	return readdirSync(FOLDER)
		.filter((name) => name !== "README.txt")
		.map((name) => ({ name, bytes: readFileSync(join(FOLDER, name)) }));
}

/** Marsaglia, Xorshift RNGs, 2003. */
function random(seed: number): (bound: number) => number {
	let state = seed | 0 || 1;
	return (bound) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % bound;
	};
}

const parameters = namedGroup("ffdhe2048");
const PEM = Buffer.from(parameters.toPem());

type Change = (bytes: Buffer, below: (bound: number) => number) => Buffer;

/** The end may be cut, or the beginning, or both. */
const CUTS: readonly Change[] = [
	(bytes) => bytes,
	(bytes, below) => bytes.subarray(0, least(bytes, below)),
	(bytes, below) => bytes.subarray(bytes.length - least(bytes, below)),
];

const LINE_ENDS: readonly Change[] = [
	(bytes) => bytes,
	(bytes) => withLineEnds(bytes, "\r\n"),
	(bytes) => withLineEnds(bytes, "\r"),
	(bytes) => withLineEnds(bytes, ""),
	(bytes) => withLineEnds(bytes, " \n"),
	(bytes) => withLineEnds(bytes, "\n\n"),
	(bytes) => withLineEnds(bytes, "\n\t"),
];

const COMPANY: readonly Change[] = [
	(bytes) => bytes,
	(bytes) => Buffer.concat([PEM, bytes]),
	(bytes) => Buffer.concat([bytes, Buffer.from("\n"), PEM]),
	(bytes) =>
		Buffer.concat([Buffer.from("# kept by the administrator\n"), bytes]),
	(bytes) => Buffer.concat([Buffer.from("\ufeff"), bytes]),
	(bytes, below) => Buffer.concat([bytes, Buffer.alloc(below(5000))]),
];

function least(bytes: Buffer, below: (bound: number) => number): number {
	const min = Math.min(bytes.length, MIN_BYTES);
	return min + below(bytes.length - min + 1);
}

function withLineEnds(bytes: Buffer, end: string): Buffer {
	const text = bytes.toString("latin1");
	// In binary a newline is a byte like others.
	if (/[^\t-\r -~]/.test(text)) return bytes;
	return Buffer.from(text.replaceAll("\n", end), "latin1");
}

/** @returns the inputs that would be replaced, at most ten */
export async function fuzz(inputs: number, seed: number): Promise<string[]> {
	const below = random(seed);
	const all = keys();
	const wrong: string[] = [];
	for (let i = 0; i < inputs && wrong.length < 10; i++) {
		const key = all[below(all.length)];
		if (key === undefined) continue;
		let bytes = key.bytes;
		const chosen = [CUTS, LINE_ENDS, COMPANY].map((changes) => {
			const at = below(changes.length);
			bytes = (changes[at] as Change)(bytes, below);
			return at;
		});
		const loss = await withAsn1(() => lossOf(bytes));
		if (!loss?.isPrecious) {
			wrong.push(
				`${key.name} ${chosen}: ${JSON.stringify(bytes.toString("latin1").slice(0, 300))}`,
			);
		}
	}
	return wrong;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const { values } = parseArgs({
		options: {
			inputs: { type: "string", default: "100000" },
			seed: { type: "string", default: "1" },
		},
	});
	const wrong = await fuzz(Number(values.inputs), Number(values.seed));
	process.stdout.write(
		`${values.inputs} inputs, seed ${values.seed}: ${wrong.length} would be replaced\n${wrong.join("\n")}\n`,
	);
	if (wrong.length > 0) process.exitCode = 1;
}
