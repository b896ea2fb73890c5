import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { namedGroup } from "gen-dhparams";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FileError } from "../../src/errors.js";
import { readFileWithinLimit, readStream } from "../../src/files/read.js";

const PEM = namedGroup("ffdhe2048").toPem();
let folder: string;
let pipe: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "gen-dhparams-read-"));
	pipe = join(folder, "pipe");
	execFileSync("mkfifo", [pipe]);
});
afterAll(() => rmSync(folder, { recursive: true }));

function stopSoon(): AbortSignal {
	const stop = new AbortController();
	setTimeout(() => stop.abort("enough"), 50);
	return stop.signal;
}

test("an aborted signal ends the reading of a pipe that nobody writes to, and the next reading works", async () => {
	// As many as libuv has threads: none of them may be stuck.
	for (let i = 0; i < 6; i++) {
		const reading = readFileWithinLimit(pipe, { signal: stopSoon() });
		await expect(reading).rejects.toBe("enough");
	}
	const writer = spawn("sh", [
		"-c",
		`sleep 0.1; printf '%s' "$0" > "${pipe}"`,
		PEM,
	]);
	const bytes = await readFileWithinLimit(pipe, {
		signal: AbortSignal.timeout(30_000),
	});
	expect(Buffer.from(bytes).toString()).toBe(PEM);
	await once(writer, "close");
});

test("so does the reading of a pipe whose writer is slow, and of a stream", async () => {
	const writer = spawn("sh", [
		"-c",
		`exec 3> "${pipe}"; echo -n a >&3; sleep 60`,
	]);
	try {
		const reading = readFileWithinLimit(pipe, { signal: stopSoon() });
		await expect(reading).rejects.toBe("enough");
	} finally {
		writer.kill();
	}
	const slow = new PassThrough();
	slow.write("-----BEGIN");
	const reading = readStream(slow, "standard input", { signal: stopSoon() });
	await expect(reading).rejects.toBe("enough");
});

test("a signal that is aborted already reads nothing", async () => {
	const signal = AbortSignal.abort("enough");
	const file = join(folder, "x.pem");
	writeFileSync(file, PEM);
	await expect(readFileWithinLimit(file, { signal })).rejects.toBe("enough");
	const stream = new PassThrough();
	await expect(readStream(stream, "x", { signal })).rejects.toBe("enough");
});

test.each(["/dev/zero", "/dev/urandom"])(
	"%s has more than enough bytes, and /dev/null none",
	async (device) => {
		await expect(readFileWithinLimit(device)).rejects.toThrow(FileError);
		expect(await readFileWithinLimit("/dev/null")).toHaveLength(0);
	},
);
