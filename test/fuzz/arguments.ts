/**
 * The public functions with arguments of all kinds: whatever is given, an error is one of this package's family. By the
 * thousand in test/arguments.test.ts, and longer by hand:
 *
 *     npm run fuzz:arguments -- --count 1000000
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import fc from "fast-check";
import {
	checkCertificate,
	createPool,
	DhParams,
	DhParamsError,
	encodeCertificate,
	ensure,
	generate,
	generateModuli,
	namedGroup,
	probe,
	validate,
} from "../../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "arguments-"));
process.once("exit", () => rmSync(folder, { recursive: true }));
const file = join(folder, "dhparams.pem");

/** As JavaScript sees the functions. */
type Door = (argument: unknown, options?: unknown) => unknown;

/** Starts no thread before its first search. */
export const pool = createPool({ threads: 1 });

/** Each public function, the name of its first argument, a good value of that, and its options with a kind each. */
export const DOORS: Record<
	string,
	{
		readonly call: Door;
		readonly argument?: readonly [name: string, good: unknown, kind: string];
		readonly options?: Readonly<Record<string, string>>;
	}
> = {
	generate: {
		call: generate as Door,
		argument: ["bits", 2048, "number"],
		options: {
			generator: "number",
			allowWeak: "boolean",
			seed: "string",
			signal: "signal",
			onProgress: "function",
			threads: "number",
			nice: "number",
			cpuShare: "number",
		},
	},
	"pool.generate": {
		call: ((bits: number, options: object) =>
			pool.generate(bits, options)) as Door,
		argument: ["bits", 2048, "number"],
		options: {
			generator: "number",
			allowWeak: "boolean",
			seed: "string",
			signal: "signal",
			onProgress: "function",
		},
	},
	createPool: {
		call: ((_: unknown, options: object) => createPool(options)) as Door,
		options: { threads: "number", nice: "number", cpuShare: "number" },
	},
	validate: {
		call: validate as Door,
		argument: ["input", namedGroup("ffdhe2048"), "string or bytes"],
		options: {
			policy: "string",
			minBits: "number",
			warnBits: "number",
			maxBits: "number",
			safePrimeRequired: "boolean",
			minSubgroupBits: "number",
			originRequired: "boolean",
			rounds: "number",
			generator: "bigint",
			openssl: "boolean",
			seed: "string",
			signal: "signal",
			threads: "number",
		},
	},
	ensure: {
		call: ensure as Door,
		argument: ["path", file, "string"],
		options: {
			bits: "number",
			state: "string",
			force: "boolean",
			backup: "boolean",
			mode: "number",
			maxAge: "number",
			provisional: "string",
			wait: "number",
			reload: "string",
			checkMode: "boolean",
			returnContent: "boolean",
			onWait: "function",
			generator: "number",
			allowWeak: "boolean",
			seed: "string",
			signal: "signal",
			onProgress: "function",
			threads: "number",
			nice: "number",
			cpuShare: "number",
		},
	},
	probe: {
		call: probe as Door,
		argument: ["target", "127.0.0.1:1", "string"],
		options: {
			starttls: "string",
			servername: "string",
			ip: "string",
			timeout: "number",
			signal: "signal",
			policy: "string",
			minBits: "number",
			rounds: "number",
			safePrimeRequired: "boolean",
		},
	},
	namedGroup: {
		call: namedGroup as Door,
		argument: ["name", "ffdhe2048", "string"],
	},
};

export const hostile = () => {
	throw new TypeError("a trap");
};
const revoked = Proxy.revocable({}, {});
revoked.revoke();

/** Values that people, or JSON, or a bug bring; each with the kinds that it is of. */
export const ODD: readonly (readonly [unknown, ...string[]])[] = [
	[null],
	[true, "boolean"],
	[false, "boolean"],
	[new Boolean(true)],
	[0, "number"],
	[-0, "number"],
	[5, "number"],
	[Number.NaN, "number"],
	[Number.POSITIVE_INFINITY, "number"],
	[new Number(2048)],
	[5n, "bigint"],
	[-(1n << 9999n), "bigint"],
	["", "string", "string or bytes"],
	["false", "string", "string or bytes"],
	["2048", "string", "string or bytes"],
	["x".repeat(99), "string", "string or bytes"],
	[new String("x")],
	[Symbol("x")],
	[Symbol.iterator],
	[{}],
	[{ params: 5 }],
	[Object.create(null)],
	[[]],
	[[2048]],
	[() => 1, "function"],
	[class {}, "function"],
	[new Date()],
	[/x/],
	[new Map()],
	[new Error("x")],
	[Promise.resolve(5)],
	[new Blob(["x"])],
	[new URL("file:///x")],
	[new ArrayBuffer(8)],
	[new SharedArrayBuffer(8)],
	[new DataView(new ArrayBuffer(8))],
	[new Uint16Array(4)],
	[new Uint8ClampedArray(4)],
	[new Uint8Array(4), "string or bytes"],
	[Buffer.from("pooled"), "string or bytes"],
	[Buffer.from("pooled").buffer],
	[new Proxy({}, { get: hostile, ownKeys: hostile, has: hostile })],
	[new Proxy(new AbortController().signal, {}), "signal"],
	[revoked.proxy],
	[{ aborted: false }],
	[{ aborted: false, addEventListener() {} }],
	[{ [Symbol.toPrimitive]: hostile, toString: hostile, valueOf: hostile }],
	[{ [Symbol.toStringTag]: "AbortSignal" }],
	[new AbortController()],
	[AbortSignal.abort(), "signal"],
	[
		{
			get aborted() {
				return hostile();
			},
		},
	],
];

/** The error of a call; what it returns is closed. */
export async function errorOf(call: () => unknown): Promise<unknown> {
	try {
		const result = (await call()) as Partial<AsyncDisposable> | undefined;
		await result?.[Symbol.asyncDispose]?.();
		return undefined;
	} catch (error) {
		return error;
	}
}

/** Functions whose arguments have a shape of their own. */
const OTHER_DOORS: readonly Door[] = [
	((values: never) => new DhParams(values)) as Door,
	checkCertificate as Door,
	encodeCertificate as Door,
	generateModuli as Door,
];

/** @throws where a call fails with an error of another family, or a file appears */
export async function fuzzArguments(count: number): Promise<void> {
	// fast-check looks into its values, which a revoked proxy does not allow.
	const odd = fc.oneof(
		fc.nat(ODD.length - 1).map((i) => () => ODD[i]?.[0]),
		fc
			.anything({ withBigInt: true, withDate: true, withTypedArray: true })
			.map((value) => () => value),
	);
	// Nothing long begins: what would be accepted is aborted, no file is changed, and no threads start.
	const reason = new Error("ended");
	const signal = AbortSignal.abort(reason);
	const last: Record<string, object> = {
		createPool: { cpuShare: 5 },
		ensure: { signal, checkMode: true },
	};
	const calls = fc
		.constantFrom(...Object.entries(DOORS))
		.chain(([name, { call, argument, options = {} }]) => {
			const good = () => argument?.[1];
			return fc
				.record({
					argument: fc.oneof(fc.constant(good), odd),
					options: fc.dictionary(
						fc.oneof(
							{
								arbitrary: fc.constantFrom(...Object.keys(options), "none"),
								weight: 9,
							},
							fc.string(),
						),
						odd,
						{ maxKeys: 3 },
					),
				})
				.map(({ argument, options }) => () => {
					const given = Object.entries(options).map(([key, value]) => [
						key,
						value(),
					]);
					return call(argument(), {
						...Object.fromEntries(given),
						...(last[name] ?? { signal }),
					});
				});
		});
	const others = fc
		.record({ door: fc.constantFrom(...OTHER_DOORS), first: odd, second: odd })
		.map(
			({ door, first, second }) =>
				() =>
					door(first(), second()),
		);
	const call = fc.oneof(
		{ arbitrary: calls, weight: Object.keys(DOORS).length },
		{ arbitrary: others, weight: OTHER_DOORS.length },
	);
	await fc.assert(
		fc.asyncProperty(call, async (run) => {
			const error = await errorOf(run);
			if (error === undefined || error === reason) return;
			if (!(error instanceof DhParamsError)) throw error;
		}),
		{ numRuns: count },
	);
	if (existsSync(file)) throw new Error(`${file} was written.`);
}

if (process.argv[1]?.endsWith("fuzz/arguments.js")) {
	const { values } = parseArgs({
		options: { count: { type: "string", default: "100000" } },
	});
	const count = Number(values.count);
	await fuzzArguments(count);
	console.log(`${count} calls: each error is of this package's family.`);
}
