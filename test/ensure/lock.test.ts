import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
	linkSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	truncateSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Lock } from "../../src/ensure/lock.js";
import { type LockHolder, thisHolder } from "../../src/ensure/lock-holder.js";
import { FileError, LockedError } from "../../src/errors.js";
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
	for (const name of readdirSync(folder))
		rmSync(join(folder, name), { recursive: true });
});
afterAll(async () => {
	await place[Symbol.asyncDispose]();
	rmSync(folder, { recursive: true });
});

const AT_ONCE = { wait: 0 };
const onLinux = process.platform === "linux";

/** A lock file as another process would have written it. */
function held(changes: Partial<LockHolder>, name = path): LockHolder {
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

test("a new owner that died before it took over is followed by another", async () => {
	const first = held({ pid: deadPid });
	const newOwner = held({ pid: deadPid }, `${path}.${first.id}`);
	held({ pid: deadPid }, `${path}.${newOwner.id}`);
	await using lock = await Lock.acquire(place, AT_ONCE);
	expect(await lock.isHeld()).toBe(true);
	await expect(Lock.acquire(place, AT_ONCE)).rejects.toThrow(LockedError);
});

test("a live new owner holds the lock though the file still names the dead one", async () => {
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

/** What may stand in the place of a lock file, made by somebody who wishes a run no good. */
const ODD: readonly (readonly [string, () => void])[] = [
	["a link that leads nowhere", () => symlinkSync("/nowhere/at/all", path)],
	["a link to itself", () => symlinkSync("x.pem.lock", path)],
	["a link to /dev/zero", () => symlinkSync("/dev/zero", path)],
	["a pipe", () => execFileSync("mkfifo", [path])],
	["a directory", () => mkdirSync(path)],
	["a socket", () => execFileSync("python3", ["-c", SOCKET, path])],
	[
		"a chain that names itself",
		() => {
			const first = held({ pid: deadPid });
			linkSync(path, `${path}.${first.id}`);
		},
	],
	[
		"a chain of a thousand",
		() => {
			let name = path;
			for (let i = 0; i < 1000; i++) {
				const { id } = held({ pid: deadPid }, name);
				name = `${path}.${id}`;
			}
		},
	],
	[
		"a claim that is a link to a pipe",
		() => {
			const first = held({ pid: deadPid });
			execFileSync("mkfifo", [`${path}.pipe`]);
			symlinkSync(`${path}.pipe`, `${path}.${first.id}`);
		},
	],
];
const SOCKET =
	"import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])";

test.each(ODD)(
	"%s in its place is an error at once, whatever the time to wait",
	async (_, make) => {
		make();
		const before = readdirSync(folder).length;
		for (const wait of [0, Number.POSITIVE_INFINITY]) {
			const waiting = Lock.acquire(place, { wait });
			await expect(waiting).rejects.toThrow(FileError);
			await expect(waiting).rejects.toThrow("no run of ensure has made it");
		}
		expect(readdirSync(folder)).toHaveLength(before);
	},
);

test.each<[string, () => void]>([
	["a gigabyte", () => truncateSync(path, 2 ** 30)],
	["a megabyte of brackets", () => writeFileSync(path, "[".repeat(1 << 20))],
	["control characters", () => held({ host: "\u001b[2J\u009b" })],
	["a holder that is a living process", () => held({})],
])("a lock file with %s ends with the time to wait", async (_, make) => {
	writeFileSync(path, "");
	make();
	const began = performance.now();
	const waiting = Lock.acquire(place, { wait: 400 });
	await expect(waiting).rejects.toThrow(LockedError);
	await expect(waiting).rejects.not.toThrow("\u001b");
	expect(performance.now() - began).toBeGreaterThan(390);
	const stop = new AbortController();
	setTimeout(() => stop.abort("enough"), 100);
	await expect(
		Lock.acquire(place, { wait: 60_000, signal: stop.signal }),
	).rejects.toBe("enough");
});

test.each([
	["of another host", () => held({ host: "elsewhere.example" })],
	["that is torn", () => writeFileSync(path, "{")],
])("a lock %s with a time in the future is taken over", async (_, make) => {
	make();
	// Clocks differ by a minute.
	silentFor(-60);
	await expect(Lock.acquire(place, AT_ONCE)).rejects.toThrow(LockedError);
	silentFor(-86_400);
	await (await Lock.acquire(place, AT_ONCE)).release();
	expect(readdirSync(folder)).toEqual([]);
});
