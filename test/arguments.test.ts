import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
	createPool,
	DhParams,
	DhParamsError,
	ensure,
	generate,
	InvalidArgumentError,
	namedGroup,
	probe,
	validate,
} from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "arguments-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "dhparams.pem");

/** As JavaScript sees the functions. */
type Door = (argument: unknown, options?: unknown) => unknown;

const pool = createPool({ threads: 1 });
afterAll(() => pool.close());

/** Each public function, the name of its first argument, a good value of that, and its options with a kind each. */
const DOORS: Record<
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
	"generator.generate": {
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

const hostile = () => {
	throw new TypeError("a trap");
};
const revoked = Proxy.revocable({}, {});
revoked.revoke();

/** Values that people, or JSON, or a bug bring; each with the kinds that it is of. */
const ODD: readonly (readonly [unknown, ...string[]])[] = [
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

/** Not a class of its own, though perhaps with traps. */
function isObject(value: unknown): boolean {
	try {
		return Object.prototype.toString.call(value) === "[object Object]";
	} catch {
		return false;
	}
}

/** The error of a call; what it returns is closed. */
async function errorOf(call: () => unknown): Promise<unknown> {
	try {
		const result = (await call()) as Partial<AsyncDisposable> | undefined;
		await result?.[Symbol.asyncDispose]?.();
		return undefined;
	} catch (error) {
		return error;
	}
}

async function expectRefusal(
	name: string,
	call: () => unknown,
): Promise<string> {
	const error = await errorOf(call);
	expect(error).toBeInstanceOf(InvalidArgumentError);
	const { message } = error as Error;
	expect(message).toContain(name);
	return message;
}

const doors = Object.entries(DOORS);
const withArgument = doors.filter(([, { argument }]) => argument !== undefined);
const withOptions = doors.filter(([, { options }]) => options !== undefined);

describe("arguments of another type", () => {
	test.each(withArgument)("%s", async (_, { call, argument }) => {
		const [name, , kind] = argument as [string, unknown, string];
		for (const [value, ...kinds] of [[undefined] as const, ...ODD]) {
			if (kinds.includes(kind)) continue;
			await expectRefusal(name, () => call(value));
		}
	});

	test.each(withOptions)(
		"%s: options",
		async (_, { call, argument, options }) => {
			const good = argument?.[1];
			for (const [name, kind] of Object.entries(options ?? {})) {
				for (const [value, ...kinds] of ODD) {
					if (kinds.includes(kind)) continue;
					await expectRefusal(name, () => call(good, { [name]: value }));
				}
				const getter = { get: hostile, enumerable: true };
				const throwing = Object.defineProperty({}, name, getter);
				await expectRefusal(name, () => call(good, throwing));
			}
		},
	);

	test.each(withOptions)("%s: what stands for the options", async (_, door) => {
		for (const [value] of ODD) {
			if (isObject(value)) continue;
			const message = await expectRefusal("options", () =>
				door.call(door.argument?.[1], value),
			);
			expect(message).toMatch(/it must be an object/);
		}
	});
});

describe("names that no option has", () => {
	test.each(withOptions)("%s", async (_, { call, argument, options }) => {
		const good = argument?.[1];
		for (const name of Object.keys(options ?? {})) {
			const typos = [
				name.toUpperCase(),
				name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
				`${name}s`,
				name.slice(0, -1),
			];
			for (const typo of typos) {
				if (typo in (options ?? {}) || typo.length < 2) continue;
				const message = await expectRefusal(typo, () =>
					call(good, { [typo]: 1 }),
				);
				expect(message).toContain(`Did you mean ${name}?`);
			}
		}
		for (const name of ["colour", "__proto__x", "constructor", "toString"]) {
			const message = await expectRefusal(name, () =>
				call(good, { [name]: undefined }),
			);
			expect(message).toContain(Object.keys(options ?? {})[0]);
		}
	});

	test("options of the threads are not options of a search in a pool", async () => {
		await expectRefusal("threads", () =>
			pool.generate(2048, { threads: 2 } as object),
		);
	});
});

describe("DhParams", () => {
	const good = { p: 23n, g: 2n };
	const make = (values: unknown) => new DhParams(values as typeof good);

	test("needs bigints", async () => {
		const message = await expectRefusal("p is 23", () => make({ p: 23, g: 2 }));
		expect(message).toBe("p is 23; it must be a bigint, such as 2n.");
		await expectRefusal("g is undefined", () => make({ p: 23n }));
		await expectRefusal("values is undefined", () => make(undefined));
	});

	test.each(["p", "g", "q", "j", "privateLength", "validation", "origin"])(
		"refuses a %s of another type",
		async (name) => {
			for (const [value, ...kinds] of ODD) {
				if (kinds.includes("bigint")) continue;
				if (name === "privateLength" && Number.isSafeInteger(value)) continue;
				const values = { ...good, q: 11n, [name]: value };
				const message = await expectRefusal("", () => make(values));
				if (name !== "validation") expect(message).toContain(name);
			}
		},
	);

	test("refuses names that it does not know", async () => {
		const message = await expectRefusal("private_length", () =>
			make({ ...good, private_length: 225 }),
		);
		expect(message).toContain("Did you mean privateLength?");
		for (const validation of [
			{ seed: new Uint8Array(20) },
			{ counter: 1n },
			{ seed: [1], counter: 1n },
			{ seed: new Uint8Array(20), counter: 1 },
		]) {
			await expectRefusal("", () => make({ ...good, q: 11n, validation }));
		}
	});

	test("takes another DhParams, and values that are undefined", () => {
		expect(make(namedGroup("ffdhe2048"))).toEqual(namedGroup("ffdhe2048"));
		expect(make({ ...good, q: undefined, origin: undefined })).toEqual(
			make(good),
		);
	});
});

describe("good arguments stay good", () => {
	test("undefined stands for the default of every option", async () => {
		for (const [, { call, argument, options }] of withOptions) {
			const given = Object.fromEntries(
				Object.keys(options ?? {}).map((name) => [name, undefined]),
			);
			const reason = new Error("enough");
			const ended = "signal" in given ? AbortSignal.abort(reason) : undefined;
			const error = await errorOf(() =>
				call(argument?.[1], { ...given, signal: ended }),
			);
			if (ended !== undefined) expect(error).toBe(reason);
		}
	});

	test("bytes of another realm, a signal of a polyfill, options with a prototype", async () => {
		const { runInNewContext } = await import("node:vm");
		const pem = Buffer.from(namedGroup("ffdhe2048").toPem());
		const foreign = runInNewContext("Uint8Array.from(bytes)", {
			bytes: [...pem],
		});
		expect(foreign instanceof Uint8Array).toBe(false);
		const signal = {
			aborted: false,
			throwIfAborted() {},
			addEventListener() {},
			removeEventListener() {},
		} as unknown as AbortSignal;
		const options = Object.create({ minBits: 3072 });
		expect((await validate(foreign, { signal })).verdict).toBe("accept");
		expect((await validate(pem, options)).verdict).toBe("reject");
		expect((await validate(pem, Object.create(null))).verdict).toBe("accept");
	});
});

test("an option is read once: a getter cannot change it after the check", async () => {
	let reads = 0;
	const options = {
		get minBits() {
			return ++reads === 1 ? 3072 : ("512" as unknown as number);
		},
	};
	expect((await validate(namedGroup("ffdhe2048"), options)).verdict).toBe(
		"reject",
	);
	expect(reads).toBe(1);
});

test("whatever is given, errors are of this package's family", async () => {
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
	const cases = fc.constantFrom(...doors).chain(([name, door]) => {
		const names = [...Object.keys(door.options ?? {}), "none"];
		const good = () => door.argument?.[1];
		return fc.record({
			door: fc.constant(door),
			argument: fc.oneof(fc.constant(good), odd),
			options: fc.dictionary(
				fc.oneof(
					{ arbitrary: fc.constantFrom(...names), weight: 9 },
					fc.string(),
				),
				odd,
				{ maxKeys: 3 },
			),
			last: fc.constant(last[name] ?? { signal }),
		});
	});
	await fc.assert(
		fc.asyncProperty(cases, async ({ door, argument, options, last }) => {
			const given = Object.entries(options).map(([name, value]) => [
				name,
				value(),
			]);
			const error = await errorOf(() =>
				door.call(argument(), { ...Object.fromEntries(given), ...last }),
			);
			if (error === undefined || error === reason) return;
			expect(error).toBeInstanceOf(DhParamsError);
		}),
		{ numRuns: Number(process.env.FUZZ_RUNS ?? 2000) },
	);
	expect(existsSync(file)).toBe(false);
});
