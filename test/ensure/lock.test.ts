import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Holder, thisHolder } from "../../src/ensure/holder.js";
import { Lock } from "../../src/ensure/lock.js";
import { LockedError } from "../../src/errors.js";
import { findPlace, type Place } from "../../src/files/place.js";

let folder: string;
let path: string;
let place: Place;
let deadPid: number;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "gen-dhparams-lock-"));
	path = join(folder, "x.pem.lock");
	place = await findPlace(path);
	deadPid = spawnSync("true").pid;
});
beforeEach(() => {
	for (const name of readdirSync(folder)) rmSync(join(folder, name));
});
afterAll(async () => {
	await place[Symbol.asyncDispose]();
	rmSync(folder, { recursive: true });
});

const AT_ONCE = { wait: 0 };
const onLinux = process.platform === "linux";

/** A lock file as another process would have written it. */
function held(changes: Partial<Holder>, name = path): Holder {
	const holder = { ...thisHolder(), ...changes };
	writeFileSync(name, JSON.stringify(holder));
	return holder;
}

function silentFor(seconds: number): void {
	const then = Date.now() / 1000 - seconds;
	utimesSync(path, then, then);
}

test("one at a time; the file names the holder, and goes with it", async () => {
	const lock = await Lock.acquire(place, AT_ONCE);
	expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({
		pid: process.pid,
		id: lock.id,
	});
	expect(readdirSync(folder)).toEqual(["x.pem.lock"]);
	const second = Lock.acquire(place, { wait: 250 });
	await expect(second).rejects.toThrow(LockedError);
	await expect(second).rejects.toThrow(`process ${process.pid} on `);
	await lock.release();
	expect(readdirSync(folder)).toEqual([]);
});

test("who waits is told once for whom, and gets the lock when it is free", async () => {
	const lock = await Lock.acquire(place, AT_ONCE);
	const told: string[] = [];
	const second = Lock.acquire(place, {
		wait: 10_000,
		onWait: (message) => {
			told.push(message);
			setTimeout(() => lock.release(), 300);
		},
	});
	await (await second).release();
	expect(told).toEqual([expect.stringContaining(`process ${process.pid}`)]);
});

test("a signal ends the waiting with its reason", async () => {
	await using _ = await Lock.acquire(place, AT_ONCE);
	const stop = new AbortController();
	const { signal } = stop;
	const waiting = Lock.acquire(place, { wait: 60_000, signal });
	setTimeout(() => stop.abort("enough"), 50);
	await expect(waiting).rejects.toBe("enough");
});

test("the lock of a process that has ended is taken over at once", async () => {
	held({ pid: deadPid });
	await using lock = await Lock.acquire(place, AT_ONCE);
	expect(await lock.isHeld()).toBe(true);
	expect(readdirSync(folder)).toEqual(["x.pem.lock"]);
});

test.runIf(onLinux)(
	"so is that of a pid that another process has now",
	async () => {
		held({ pid: process.ppid, started: "12345" });
		await (await Lock.acquire(place, AT_ONCE)).release();
	},
);

test.runIf(onLinux)("so is that of a zombie", async () => {
	const parent = spawn("sh", ["-c", "sleep 0.05 & echo $!; exec sleep 20"]);
	try {
		const [line] = await once(parent.stdout, "data");
		const pid = Number(line);
		const stat = () => readFileSync(`/proc/${pid}/stat`, "latin1");
		while (!stat().includes(") Z ")) await turn();
		const started = stat().split(") ")[1]?.split(" ")[19] ?? "";
		held({ pid, started });
		await (await Lock.acquire(place, AT_ONCE)).release();
	} finally {
		parent.kill();
	}
});

test.each([
	["on another host", { host: "elsewhere.example", pid: 1 }],
	["in another container", { system: "another", pid: 1 }],
])(
	"a holder %s is dead when it has been silent for minutes",
	async (_, who) => {
		held(who);
		silentFor(60);
		await expect(Lock.acquire(place, AT_ONCE)).rejects.toThrow(LockedError);
		silentFor(150);
		await (await Lock.acquire(place, AT_ONCE)).release();
	},
);

test.each(["", "{", '{"id":"../../etc/passwd","pid":1}', "[]", "null"])(
	"a lock file that holds %j counts until it is old",
	async (content) => {
		writeFileSync(path, content);
		await expect(Lock.acquire(place, AT_ONCE)).rejects.toThrow(LockedError);
		silentFor(150);
		await (await Lock.acquire(place, AT_ONCE)).release();
		expect(readdirSync(folder)).toEqual([]);
	},
);

test("an heir that died before it came into its own has an heir in turn", async () => {
	const first = held({ pid: deadPid });
	const heir = held({ pid: deadPid }, `${path}.${first.id}`);
	held({ pid: deadPid }, `${path}.${heir.id}`);
	await using lock = await Lock.acquire(place, AT_ONCE);
	expect(await lock.isHeld()).toBe(true);
	await expect(Lock.acquire(place, AT_ONCE)).rejects.toThrow(LockedError);
});

test("a living heir holds the lock though the file still names the dead", async () => {
	const first = held({ pid: deadPid });
	held({}, `${path}.${first.id}`);
	await expect(Lock.acquire(place, AT_ONCE)).rejects.toThrow(LockedError);
});

test("who was taken for dead knows it, and leaves the other's lock alone", async () => {
	const lock = await Lock.acquire(place, AT_ONCE);
	const other = held({});
	expect(await lock.isHeld()).toBe(false);
	await lock.release();
	expect(readFileSync(path, "utf8")).toContain(other.id);
});
