/**
 * A moduli run that is killed at random moments and run again until it ends, compared with one that is left alone:
 *   npm run stress:kills -- --count 200
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const MAIN = fileURLToPath(
	new URL("../../../dist/src/cli/gen-dhparams.cjs", import.meta.url),
);
// From the start of Node to the end of a run that nobody kills, in ms.
const LATEST = 6000;

const { values } = parseArgs({ options: { count: { type: "string" } } });
const count = Number(values.count ?? 200);
const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-kills-"));

let kills = 0;
let runs = 0;
let differing = 0;
for (let round = 0; kills < count; round++) {
	const seed = `kills ${round}`;
	const file = join(folder, `killed-${round}`);
	while (!existsSync(file)) {
		runs++;
		// A run must get somewhere now and then: short lives and long ones.
		const status = await run(seed, file, Math.random() ** 2 * LATEST);
		if (status === null) kills++;
		else if (status !== 0) throw new Error(`exit status ${status}`);
	}
	const calm = join(folder, `calm-${round}`);
	await run(seed, calm, Number.POSITIVE_INFINITY);
	if (!readFileSync(file).equals(readFileSync(calm))) differing++;
	console.log(
		`${round + 1} files, ${runs} runs, ${kills} of them killed, ${differing} files differ`,
	);
}
rmSync(folder, { recursive: true });
process.exitCode = differing === 0 ? 0 : 1;

/** The exit status of a run that is killed after so many ms; null where it was. */
async function run(
	seed: string,
	out: string,
	ms: number,
): Promise<number | null> {
	const threads = String(1 + Math.floor(Math.random() * 3));
	const child = spawn(
		process.execPath,
		[
			MAIN,
			..."moduli --sizes 512,576,640 --per-size 12 --allow-weak -q".split(" "),
			...["--seed", seed, "--threads", threads, "--out", out],
		],
		{ stdio: ["ignore", "ignore", "inherit"] },
	);
	const ended = new Promise<number | null>((resolve) =>
		child.once("exit", (status) => resolve(status)),
	);
	if (Number.isFinite(ms)) {
		const stop = new AbortController();
		await Promise.race([
			sleep(ms, undefined, { signal: stop.signal }).catch(() => {}),
			ended,
		]);
		stop.abort();
		child.kill("SIGKILL");
	}
	return ended;
}
