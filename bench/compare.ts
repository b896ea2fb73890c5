/**
 * Whole searches beside those of others:
 *   npm run bench -- [--sizes 1024,2048,4096] [--runs 5] [--seconds 120] [--peers openssl,node] [--json FILE]
 * Peers take turns in one run, so that noise hits all alike; a size ends after so many runs or seconds. Where whole runs
 * of a peer are too slow, openssl's expected time is shown, from the cost of a modular power (src/forecast/forecast.ts).
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { chooseEngine } from "../src/arithmetic/choose-engine.js";
import { measureCosts, opensslPowerMs } from "../src/forecast/costs.js";
import { forecast, opensslForecast } from "../src/forecast/forecast.js";
import { mean, meanInterval } from "../src/forecast/statistics.js";
import { availableProcessors } from "../src/threads/processors.js";
import { OURS, type Run, run, SEARCHERS, type Searcher } from "./searches.js";

const { values } = parseArgs({
	options: {
		sizes: { type: "string", default: "1024,2048,4096,8192" },
		runs: { type: "string", default: "10" },
		seconds: { type: "string", default: "180" },
		peers: { type: "string" },
		json: { type: "string" },
	},
});
const wanted = values.peers?.split(",");
const present: Searcher[] = [];
for (const searcher of SEARCHERS) {
	const isWanted = wanted?.includes(searcher.name) ?? !searcher.slow;
	if (searcher !== OURS && !isWanted) continue;
	const missing = searcher.missing();
	if (missing === undefined) present.push(searcher);
	else console.log(`${searcher.name}: ${missing}`);
}
for (const { name, remark } of present) {
	if (remark !== undefined) console.log(`${name}: ${remark}`);
}
console.log(
	`\n${cpus()[0]?.model.trim()}, ${availableProcessors()} processors, Node ${process.version}, OpenSSL ${process.versions.openssl}, ${new Date().toISOString().slice(0, 10)}\n`,
);

const results = [];
for (const bits of values.sizes.split(",").map(Number)) {
	results.push({ bits, ...(await compare(bits)) });
}
if (values.json !== undefined) {
	writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
}

async function compare(bits: number) {
	const runs = measure(bits);
	const expected = await expectations(bits);
	console.log(`${bits} bits`);
	const ours = runs.get(OURS.name);
	for (const [name, all] of runs) {
		const wall = all.map((each) => each.wall);
		const [low, high] = meanInterval(wall);
		const cpu = mean(all.map((each) => each.cpu));
		console.log(
			`  ${name.padEnd(22)}${String(all.length).padStart(3)} runs  ${s(mean(wall))} (${s(low)} to ${s(high)}), CPU ${s(cpu)}, ${Math.round(Math.max(...all.map((each) => each.memory)) / 1000)} MB${
				ours === undefined || all === ours
					? ""
					: `  ours/theirs: wall ${ratio(ours, all, "wall")}, CPU ${ratio(ours, all, "cpu")}`
			}`,
		);
	}
	const factor = expected.ours.mean / expected.openssl.mean;
	console.log(
		`  expected: ours ${s(expected.ours.mean)}, openssl ${s(expected.openssl.mean)}, ours/openssl ${factor.toFixed(3)}\n`,
	);
	return { runs: Object.fromEntries(runs), expected };
}

/** In turns, each as often as the others, while the time lasts. */
function measure(bits: number): Map<string, Run[]> {
	const able = present.filter(
		({ smallest = 512, largest }) => smallest <= bits && bits <= largest,
	);
	const runs = new Map<string, Run[]>(able.map(({ name }) => [name, []]));
	const began = performance.now();
	const most = 1000 * Number(values.seconds);
	for (let i = 0; i < Number(values.runs); i++) {
		if (i >= 2 && performance.now() - began > most) break;
		for (const searcher of able) {
			runs.get(searcher.name)?.push(run(searcher, bits));
		}
	}
	return runs;
}

/** From the cost of the parts. */
async function expectations(bits: number) {
	const choice = chooseEngine();
	const costs = await measureCosts(bits, choice, 2000);
	const threads = availableProcessors();
	return {
		ours: forecast(costs, choice.name, threads),
		openssl: opensslForecast(bits, await opensslPowerMs(bits, 1000)),
	};
}

function ratio(
	ours: readonly Run[],
	theirs: readonly Run[],
	what: "wall" | "cpu",
): string {
	const average = (runs: readonly Run[]) =>
		mean(runs.map((each) => each[what]));
	return (average(ours) / average(theirs)).toFixed(3);
}

function s(seconds: number): string {
	return `${seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(0)} s`;
}
