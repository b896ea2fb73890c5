import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Lock } from "../../src/ensure/lock.js";
import { thisHolder } from "../../src/ensure/lock-holder.js";
import { findPlace, type Place } from "../../src/files/place.js";

/** Every call of the file system may come late, as in a process that the scheduler has put aside. */
vi.mock("node:fs/promises", async (importOriginal) => {
	const original = await importOriginal<typeof import("node:fs/promises")>();
	const late =
		<A extends unknown[], R>(operation: (...args: A) => Promise<R>) =>
		async (...args: A): Promise<R> => {
			if (Math.random() < 0.3) await sleep(Math.random() * 12);
			return operation(...args);
		};
	const { link, lstat, open, rename, rm } = original;
	return {
		...original,
		link: late(link),
		lstat: late(lstat as (...args: unknown[]) => Promise<unknown>),
		open: late(open),
		rename: late(rename),
		rm: late(rm),
	};
});

let folder: string;
let path: string;
let place: Place;
let deadPid: number;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "gen-dhparams-races-"));
	path = join(folder, "x.pem.lock");
	place = await findPlace(path);
	deadPid = spawnSync("true").pid;
});
afterAll(async () => {
	await place[Symbol.asyncDispose]();
	rmSync(folder, { recursive: true });
});

function writeStaleLock(id?: string): void {
	const dead = { ...thisHolder(), pid: deadPid };
	writeFileSync(
		path,
		JSON.stringify(id === undefined ? dead : { ...dead, id }),
	);
}

test("of ten who find a dead holder one is the new owner", async () => {
	for (let round = 0; round < 25; round++) {
		writeStaleLock();
		const all = await Promise.allSettled(
			Array.from({ length: 10 }, () => Lock.acquire(place, { wait: 0 })),
		);
		const heirs = all.flatMap((one) =>
			one.status === "fulfilled" ? [one.value] : [],
		);
		expect(heirs).toHaveLength(1);
		expect(await heirs[0]?.isHeld()).toBe(true);
		await heirs[0]?.release();
		expect(readdirSync(folder)).toEqual([]);
	}
});

test("never two inside, with holders that die at every other turn", async () => {
	let inside = 0;
	let turns = 0;
	const worker = async (n: number) => {
		for (let i = 0; i < 3; i++) {
			const lock = await Lock.acquire(place, { wait: 30_000 });
			inside++;
			turns++;
			expect(inside).toBe(1);
			expect(await lock.isHeld()).toBe(true);
			inside--;
			// As SIGKILL would leave the file: with a holder that is no more.
			if ((n + i) % 2 === 0) writeStaleLock(lock.id);
			else await lock.release();
		}
	};
	await Promise.all(Array.from({ length: 5 }, (_, n) => worker(n)));
	expect(turns).toBe(15);
});
