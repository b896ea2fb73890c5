import { afterAll, describe, expect, test } from "vitest";
import {
	DhParams,
	InvalidArgumentError,
	namedGroup,
	validate,
} from "../src/index.js";
import {
	DOORS,
	errorOf,
	fuzzArguments,
	hostile,
	ODD,
	pool,
} from "./fuzz/arguments.js";

afterAll(() => pool.close());

/** Not a class of its own, though perhaps with traps. */
function isObject(value: unknown): boolean {
	try {
		return Object.prototype.toString.call(value) === "[object Object]";
	} catch {
		return false;
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
	await fuzzArguments(2000);
});
