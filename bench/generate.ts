// Whole searches beside `openssl dhparam`, taking turns so that noise hits both alike.
//   npm run bench [-- --runs 10 --sizes 512,1024,2048]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const MAIN = fileURLToPath(new URL("../src/cli/main.js", import.meta.url));

/** Wall time in ms of a whole command, with its start-up. */
function time(command: string, args: readonly string[]): number {
	const began = performance.now();
	const { status, error } = spawnSync(command, args, { stdio: "ignore" });
	if (error) throw error;
	if (status !== 0) throw new Error(`${command} ended with status ${status}`);
	return performance.now() - began;
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value) / values.length;
}

/** The standard error of the mean. A single search's time is exponentially distributed: its spread is its mean. */
function standardError(values: readonly number[]): number {
	const centre = mean(values);
	const squares = values.reduce((sum, x) => sum + (x - centre) ** 2, 0);
	return Math.sqrt(squares / (values.length - 1) / values.length);
}

function seconds(values: readonly number[]): string {
	return `${(mean(values) / 1000).toFixed(2)} ± ${(standardError(values) / 1000).toFixed(2)}`;
}

const { values } = parseArgs({
	options: {
		runs: { type: "string", default: "10" },
		sizes: { type: "string", default: "512,1024,2048" },
	},
});
const runs = Math.max(2, Number(values.runs));
console.log(
	`${runs} runs each, in turns; mean wall time in s ± standard error\n`,
);
console.log("bits    gen-dhparams      openssl dhparam   ours/openssl");
for (const bits of values.sizes.split(",")) {
	const ours: number[] = [];
	const openssl: number[] = [];
	for (let run = 0; run < runs; run++) {
		ours.push(time(process.execPath, [MAIN, bits, "--allow-weak", "--quiet"]));
		openssl.push(time("openssl", ["dhparam", "-2", bits]));
	}
	console.log(
		bits.padEnd(8) +
			seconds(ours).padEnd(18) +
			seconds(openssl).padEnd(18) +
			(mean(ours) / mean(openssl)).toFixed(3),
	);
}
