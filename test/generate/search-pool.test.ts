import { readdirSync, readFileSync } from "node:fs";
import { createPool, generate, WorkerError } from "gen-dhparams";
import { expect, test } from "vitest";
import { passesBailliePsw } from "../primality/baillie-psw.js";

test("many searches at once share the threads, and each gets a group of its own", async () => {
	await using pool = createPool({ threads: 2 });
	expect(pool.threads).toBe(2);
	const groups = await Promise.all(
		Array.from({ length: 7 }, (_, i) =>
			pool.generate(512 + 8 * i, { allowWeak: true }),
		),
	);
	groups.forEach(({ p, bits }, i) => {
		expect(bits).toBe(512 + 8 * i);
		expect(passesBailliePsw(p) && passesBailliePsw((p - 1n) / 2n)).toBe(true);
	});
});

test("a long search does not hold up a short one, and aborting it leaves the threads to others", async () => {
	await using pool = createPool({ threads: 2 });
	const abort = new AbortController();
	const long = pool
		.generate(8192, { signal: abort.signal })
		.catch((error) => error);
	const short = await pool.generate(512, { allowWeak: true });
	expect(short.bits).toBe(512);
	abort.abort(new Error("enough"));
	expect((await long).message).toBe("enough");
	const next = await pool.generate(768, { allowWeak: true });
	expect(next.bits).toBe(768);
}, 60_000);

test("what waits is aborted too", async () => {
	await using pool = createPool({ threads: 1 });
	const signal = AbortSignal.timeout(300);
	const searches = Array.from({ length: 6 }, () =>
		pool.generate(4096, { signal }).catch((error) => error.name),
	);
	expect(await Promise.all(searches)).toEqual(Array(6).fill("TimeoutError"));
});

test("a short search does not wait for the end of four long ones", async () => {
	await using pool = createPool({ threads: 2 });
	const abort = new AbortController();
	const long = Array.from({ length: 4 }, () =>
		pool.generate(4096, { signal: abort.signal }).catch((error) => error),
	);
	const { bits } = await pool.generate(512, { allowWeak: true });
	expect(bits).toBe(512);
	abort.abort();
	await Promise.all(long);
}, 60_000);

test.each([0, 200])(
	"closing after %i ms ends what runs and what waits, and nothing starts afterwards",
	async (ms) => {
		const before = threads();
		const pool = createPool({ threads: 2 });
		const searches = Array.from({ length: 6 }, () =>
			pool.generate(8192).catch((error) => error),
		);
		await new Promise((resolve) => setTimeout(resolve, ms));
		await Promise.all([pool.close(), pool.close()]);
		expect(threads()).toBe(before);
		for (const search of searches) {
			expect(await search).toBeInstanceOf(WorkerError);
		}
		const { user, system } = process.cpuUsage();
		await new Promise((resolve) => setTimeout(resolve, 500));
		const used = process.cpuUsage({ user, system });
		expect(used.user + used.system).toBeLessThan(250_000);
		const late = pool.generate(512, { allowWeak: true });
		await expect(late).rejects.toThrow(WorkerError);
		await expect(late).rejects.toThrow("closed");
		await pool.close();
		expect(threads()).toBe(before);
	},
);

test("calls of generate that run at the same time share threads, which end with the last of them", async () => {
	const before = threads();
	let most = 0;
	const groups = await Promise.all(
		Array.from({ length: 6 }, () =>
			generate(1536, {
				threads: 2,
				onProgress: () => {
					most = Math.max(most, threads() - before);
				},
			}),
		),
	);
	expect(new Set(groups.map(({ p }) => p)).size).toBe(6);
	expect(most).toBe(2);
	expect(threads()).toBe(before);
});

test("a call that is aborted leaves the shared threads to the others", async () => {
	const abort = new AbortController();
	const long = generate(8192, { threads: 2, signal: abort.signal }).catch(
		(error) => error,
	);
	const short = generate(768, { threads: 2, allowWeak: true });
	abort.abort(new Error("enough"));
	expect((await long).message).toBe("enough");
	expect((await short).bits).toBe(768);
}, 60_000);

test.each(["sieve", "test", "verify"] as const)(
	"what onProgress throws in the phase %s rejects the search",
	async (phase) => {
		const reason = new Error(phase);
		for (const fail of [
			() => {
				throw reason;
			},
			async () => {
				throw reason;
			},
		]) {
			const search = generate(1024, {
				threads: 1,
				onProgress: (progress) =>
					progress.phase === phase ? fail() : undefined,
			});
			await expect(search).rejects.toBe(reason);
		}
	},
);

/** Worker threads of this process, by what keeps it alive. */
function threads(): number {
	return process
		.getActiveResourcesInfo()
		.filter((resource) => resource === "MessagePort").length;
}

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
		const lowered = () =>
			niceness().filter((nice) => nice === 7).length - before;
		await using pool = createPool({ threads: 2, nice: 7 });
		// A search may end on the main thread before both workers are up.
		for (let search = 0; search < 20 && lowered() < 2; search++)
			await pool.generate(1536);
		expect(lowered()).toBe(2);
	},
);

test("a share of the processor still ends in a group", async () => {
	await using pool = createPool({ threads: 2, cpuShare: 0.5 });
	const { bits } = await pool.generate(512, { allowWeak: true });
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
	expect(() => createPool(options)).toThrow(words);
});
