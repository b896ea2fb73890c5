/**
 * What many groups cost in one process: fifty calls of `generate` at once, through a pool and without one, and three
 * hundred groups one after another. Each runs in a process of its own:
 *
 *     npm run bench:memory
 *
 * Calls with threads of their own took 945 MB together (November 2026); shared threads take 111 MB, as a pool does. A leak
 * would show as memory that grows with the number of groups: it was 108, 124 and 134 MB after 100, 200 and 300.
 * test/generate/memory.test.ts watches the first with a generous bound.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createPool, generate } from "../src/index.js";

/** What a process used. */
export interface Cost {
	readonly seconds: number;
	/** The most memory that was resident at one time, in MB. */
	readonly peak: number;
	/** Resident memory after each hundred of the groups that were made one after another, in MB. */
	readonly resident: readonly number[];
}

const OPTIONS = { allowWeak: true } as const;

const WORKLOADS: Readonly<Record<string, () => Promise<readonly number[]>>> = {
	async "50 calls at once"() {
		await Promise.all(Array.from({ length: 50 }, () => generate(512, OPTIONS)));
		return [];
	},
	async "50 searches of a pool"() {
		await using pool = createPool();
		await Promise.all(
			Array.from({ length: 50 }, () => pool.generate(512, OPTIONS)),
		);
		return [];
	},
	async "300 groups in turn"() {
		await using pool = createPool({ threads: 2 });
		const resident: number[] = [];
		for (let made = 1; made <= 300; made++) {
			await pool.generate(512, OPTIONS);
			if (made % 100 === 0) {
				resident.push(megabytes(process.memoryUsage.rss() / 1024));
			}
		}
		return resident;
	},
};

/** Runs one of them in a process of its own. */
export function costOf(workload: string): Cost {
	const output = execFileSync(process.execPath, [SCRIPT, workload], {
		encoding: "utf8",
	});
	return JSON.parse(output);
}

/** This file, compiled, whether it runs so or not. */
const SCRIPT = fileURLToPath(
	new URL("../build/bench/memory.js", `file://${process.cwd()}/bench/`),
);

function megabytes(kilobytes: number): number {
	return Math.round(kilobytes / 1024);
}

if (process.argv[1] === SCRIPT) {
	const run = WORKLOADS[process.argv[2] ?? ""];
	if (run === undefined) {
		for (const workload of Object.keys(WORKLOADS)) {
			console.log(workload, costOf(workload));
		}
	} else {
		const began = performance.now();
		const resident = await run();
		const cost: Cost = {
			seconds: Number(((performance.now() - began) / 1000).toFixed(1)),
			peak: megabytes(process.resourceUsage().maxRSS),
			resident,
		};
		console.log(JSON.stringify(cost));
	}
}
