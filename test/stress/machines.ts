/**
 * A search that a coordinator and its workers share, all of which are killed at random moments, and the server of the
 * queue too; compared with a search that is left alone:
 *   npm run stress:machines -- --kills 30 --bits 3072 --workers 2
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { RedisServer } from "../machines/bull/redis-server.js";
import { Running } from "../machines/processes.js";

const { values } = parseArgs({
	options: {
		kills: { type: "string", default: "30" },
		bits: { type: "string", default: "3072" },
		workers: { type: "string", default: "2" },
	},
});
const wanted = Number(values.kills);
const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-machines-"));
await using redis = await RedisServer.start(
	"--appendonly",
	"yes",
	"--appendfsync",
	"always",
);

const counts = { worker: 0, coordinator: 0, redis: 0 };
let searches = 0;
let differing = 0;
const kills = () => counts.worker + counts.coordinator + counts.redis;
while (kills() < wanted) {
	const seed = `machines ${searches++}`;
	const shared = await searchWithKills(seed);
	const alone = new Running(["--json", "-q", "--seed", seed, values.bits]);
	await alone.ended;
	if (shared !== alone.stdout) differing++;
	console.log(
		`${searches} searches, kills: ${counts.worker} workers, ${counts.coordinator} coordinators, ${counts.redis} times Redis; ${differing} results differ`,
	);
}
rmSync(folder, { recursive: true });
process.exitCode = differing === 0 ? 0 : 1;

async function searchWithKills(seed: string): Promise<string> {
	const begin = () =>
		new Running([
			...["--json", "--threads", "1", "--seed", seed, values.bits],
			...["--queue", redis.url, "--units", join(folder, `${seed}.jsonl`)],
		]);
	const work = () =>
		new Running(["join", "--threads", "1", "--queue", redis.url]);
	const workers = Array.from({ length: Number(values.workers) }, work);
	let coordinator = begin();
	try {
		for (;;) {
			const isDone = await Promise.race([
				coordinator.ended.then(() => true),
				sleep(500 + Math.random() * 4000).then(() => false),
			]);
			if (isDone) {
				if ((await coordinator.ended) === 0) return coordinator.stdout;
				console.error(coordinator.stderr);
				coordinator = begin();
				continue;
			}
			for (const [i, worker] of workers.entries()) {
				if (!worker.hasEnded) continue;
				console.error(`A worker ended by itself: ${worker.stderr}`);
				workers[i] = work();
			}
			if (kills() >= wanted) continue;
			const lot = Math.random();
			if (lot < 0.5) {
				const i = Math.floor(Math.random() * workers.length);
				await workers[i]?.kill();
				counts.worker++;
				workers[i] = work();
			} else if (lot < 0.8) {
				await coordinator.kill();
				counts.coordinator++;
				coordinator = begin();
			} else {
				await redis.kill();
				counts.redis++;
				await sleep(Math.random() * 2000);
				await redis.restart();
			}
		}
	} finally {
		await Promise.all([...workers, coordinator].map((one) => one.kill()));
	}
}
