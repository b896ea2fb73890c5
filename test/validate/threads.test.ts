import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { chooseEngine } from "../../src/arithmetic/choose-engine.js";
import { readOne } from "../../src/encoding/read.js";
import { InvalidArgumentError } from "../../src/errors.js";
import { RoundsShare } from "../../src/primality/rounds-share.js";
import { RoundThreads } from "../../src/validate/round-threads.js";
import { validate } from "../../src/validate/validate.js";
import { load, number } from "../vectors/groups.js";

const good = readFileSync(
	new URL("../vectors/malformed/good.pem", import.meta.url),
);

/** Threads of this process, by what keeps it alive. */
function threads(): number {
	return process
		.getActiveResourcesInfo()
		.filter((resource) => resource === "MessagePort").length;
}

describe("a validation on several threads", () => {
	test.each([1, 2, 3])("judges with %s as with one", async (count) => {
		const report = await validate(good, { threads: count });
		expect(report.verdict).toBe("accept");
	});

	test("leaves none behind, when it ends and when it is aborted", async () => {
		const before = threads();
		await validate(good, { threads: 3 });
		expect(threads()).toBe(before);
		const signal = AbortSignal.timeout(60);
		await expect(validate(good, { threads: 3, signal })).rejects.toThrow();
		expect(threads()).toBe(before);
	});

	test("needs at least one", async () => {
		for (const count of [0, 1.5, Number.NaN]) {
			await expect(validate(good, { threads: count })).rejects.toThrow(
				InvalidArgumentError,
			);
		}
	});
});

describe("another thread's rounds", () => {
	const bases = Array.from({ length: 8 }, (_, i) => BigInt(2 * i + 3));

	test("find a witness, and none for a prime", async () => {
		await using helpers = new RoundThreads(await chooseEngine(), 2);
		const help = await helpers.help();
		const { p } = readOne(good).params;
		const share = new RoundsShare(p, bases);
		expect(await help?.(p, bases, share.memory)).toBeUndefined();
		expect(share.remain).toBe(false);

		const { cases } = load<{ cases: { id: string; n: string }[] }>(
			"adversarial-composites",
		);
		const n = number(cases.find(({ id }) => id === "made-2048-46")?.n ?? "");
		const large = [...bases, ...bases.map((base) => (base << 200n) + 1n)];
		const other = new RoundsShare(n, large);
		expect(large).toContain(await help?.(n, large, other.memory));
	});

	test("do not exist where there is one thread", async () => {
		await using helpers = new RoundThreads(await chooseEngine(), 1);
		expect(await helpers.help()).toBeUndefined();
	});
});
