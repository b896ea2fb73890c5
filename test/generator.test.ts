import { readdirSync, readFileSync } from "node:fs";
import { createGenerator, WorkerError } from "gen-dhparams";
import { expect, test } from "vitest";
import { passesBailliePsw } from "./primality/baillie-psw.js";

test("many searches at once share the threads, and each gets a group of its own", async () => {
	await using generator = createGenerator({ threads: 2 });
	expect(generator.threads).toBe(2);
	const groups = await Promise.all(
		Array.from({ length: 7 }, (_, i) =>
			generator.generate(512 + 8 * i, { allowWeak: true }),
		),
	);
	groups.forEach(({ p, bits }, i) => {
		expect(bits).toBe(512 + 8 * i);
		expect(passesBailliePsw(p) && passesBailliePsw((p - 1n) / 2n)).toBe(true);
	});
});

test("a long search does not hold up a short one, and aborting it leaves the threads to others", async () => {
	await using generator = createGenerator({ threads: 2 });
	const abort = new AbortController();
	const long = generator
		.generate(8192, { signal: abort.signal })
		.catch((error) => error);
	const short = await generator.generate(512, { allowWeak: true });
	expect(short.bits).toBe(512);
	abort.abort(new Error("enough"));
	expect((await long).message).toBe("enough");
	const next = await generator.generate(768, { allowWeak: true });
	expect(next.bits).toBe(768);
}, 60_000);

test("what waits is aborted too", async () => {
	await using generator = createGenerator({ threads: 1 });
	const signal = AbortSignal.timeout(300);
	const searches = Array.from({ length: 6 }, () =>
		generator.generate(4096, { signal }).catch((error) => error.name),
	);
	expect(await Promise.all(searches)).toEqual(Array(6).fill("TimeoutError"));
});

test("closing ends what still runs", async () => {
	const generator = createGenerator({ threads: 1 });
	const running = generator.generate(8192).catch((error) => error);
	await new Promise((resolve) => setTimeout(resolve, 200));
	await generator.close();
	expect(await running).toBeInstanceOf(WorkerError);
});

test.runIf(process.platform === "linux")(
	"nice lowers the priority of the workers and of nothing else",
	async () => {
		const niceness = () =>
			readdirSync("/proc/self/task").map((thread) =>
				Number(
					readFileSync(`/proc/self/task/${thread}/stat`, "utf8")
						.replace(/^.*\) /, "")
						.split(" ")[16],
				),
			);
		const before = niceness().filter((nice) => nice === 7).length;
		await using generator = createGenerator({ threads: 2, nice: 7 });
		await generator.generate(512, { allowWeak: true });
		expect(niceness().filter((nice) => nice === 7).length).toBe(before + 2);
	},
);

test("a share of the processor still ends in a group", async () => {
	await using generator = createGenerator({ threads: 2, cpuShare: 0.5 });
	const { bits } = await generator.generate(512, { allowWeak: true });
	expect(bits).toBe(512);
});

test.each([
	[{ threads: 0 }, "0 threads"],
	[{ threads: 1.5 }, "1.5 threads"],
	[{ nice: 20 }, "nice is 20"],
	[{ nice: -1 }, "nice is -1"],
	[{ cpuShare: 0 }, "is 0"],
	[{ cpuShare: 1.1 }, "is 1.1"],
	[{ cpuShare: Number.NaN }, "is NaN"],
])("%j is refused", (options, words) => {
	expect(() => createGenerator(options)).toThrow(words);
});
