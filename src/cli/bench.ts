import { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import type { BenchResult, Measured, SizeResult } from "../forecast/bench.js";
import type { Forecast } from "../forecast/forecast.js";
import { untilInterrupted } from "./exit.js";
import { once, wholeNumber } from "./options.js";
import { printJson, printLines, say } from "./output.js";
import { duration } from "./progress-line.js";

const HELP = `Usage: gen-dhparams bench [options]

Says how long groups of each size take on this machine: the mean, the median and
the 95th percentile, from a short measurement of the parts of a search; beside
it what the slower BigInt engine would take, and what \`openssl dhparam\` is to be
expected to take, from the OpenSSL inside Node.

Options:
  --sizes LIST         sizes in bits (1024,1536,2048,3072,4096,6144,8192)
  --seconds N          how long to measure, about, in all (10)
  --runs N             make N groups of each size too, and show their mean
  --peers              with --runs: run openssl dhparam as often
  --threads N          worker threads (one for each processor)
  --json               print JSON (docs/bench.md)
  --html FILE          write one page with charts; needs the packages
                       @observablehq/plot and linkedom beside this one
  -f, --force          replace FILE if it exists

Examples:
  gen-dhparams bench
  gen-dhparams bench --sizes 1024,2048 --runs 10 --peers
`;

const SIZES = "1024,1536,2048,3072,4096,6144,8192";

interface BenchFlags {
	readonly sizes?: string;
	readonly seconds?: string;
	readonly runs?: string;
	readonly peers?: boolean;
	readonly threads?: string;
	readonly json?: boolean;
	readonly html?: string;
	readonly force?: boolean;
}

/** `gen-dhparams bench`. */
export function benchCommand(): Command {
	const command = new Command("bench")
		.option("--sizes <list>", "", once("--sizes"))
		.option("--seconds <n>", "", once("--seconds"))
		.option("--runs <n>", "", once("--runs"))
		.option("--peers")
		.option("--threads <n>", "", once("--threads"))
		.option("--json")
		.option("--html <file>", "", once("--html"))
		.option("-f, --force")
		.action(runBench);
	command.helpInformation = () => HELP;
	return command;
}

async function runBench(flags: BenchFlags): Promise<void> {
	const { html, force = false } = flags;
	const { checkRequest } = await import("../generate/options.js");
	const sizes = (flags.sizes ?? SIZES)
		.split(",")
		.map((size) => wholeNumber("--sizes", size));
	const threads =
		flags.threads === undefined
			? {}
			: { threads: wholeNumber("--threads", flags.threads) };
	for (const bits of sizes) {
		checkRequest(bits, { ...threads, allowWeak: true });
	}
	if (flags.peers && flags.runs === undefined) {
		throw new InvalidArgumentError(
			"--peers runs openssl dhparam as often as --runs N says; give both.",
		);
	}
	const { checkWritable, writeFileAtomically } = await import(
		"../files/write.js"
	);
	if (html !== undefined) await checkWritable(html, { overwrite: force });
	const page = html === undefined ? undefined : await loadPage();
	const { bench } = await import("../forecast/bench.js");
	const result = await untilInterrupted((signal) =>
		bench({
			sizes,
			...threads,
			seconds: wholeNumber("--seconds", flags.seconds ?? "10"),
			runs: wholeNumber("--runs", flags.runs ?? "0"),
			peers: flags.peers ?? false,
			signal,
			onSize: (bits) => {
				if (process.stderr.isTTY) say(`${bits} bits …`);
			},
		}),
	);
	if (flags.json) printJson(result);
	else printLines(...table(result));
	if (html !== undefined && page !== undefined) {
		await writeFileAtomically(html, page(result), { overwrite: force });
	}
}

/** The page needs two packages that nothing else does, so they are not installed with this one. */
async function loadPage(): Promise<(result: BenchResult) => string> {
	const { loadCharts } = await import("../forecast/page.js");
	return loadCharts();
}

function table(result: BenchResult): string[] {
	const { cpu, node, openssl, noKernel, sizes } = result;
	const measured = sizes.some((size) => size.measured !== undefined);
	const peers = sizes.some((size) => size.opensslMeasured !== undefined);
	const head = [
		"bits",
		"mean",
		"median",
		"95 %",
		"BigInt",
		"openssl",
		...(measured ? ["measured"] : []),
		...(peers ? ["openssl measured"] : []),
	];
	const rows = sizes.map((size) => [
		String(size.bits),
		...ours(size).map(time),
		time(size.bigint.mean),
		time(size.openssl.mean),
		...(measured ? [interval(size.measured)] : []),
		...(peers ? [interval(size.opensslMeasured)] : []),
	]);
	const widths = head.map((_, i) =>
		Math.max(...[head, ...rows].map((row) => (row[i] as string).length)),
	);
	const lines = [head, ...rows].map((row) =>
		row
			.map((cell, i) => cell.padStart(widths[i] as number))
			.join("   ")
			.trimEnd(),
	);
	return [
		`${cpu}, ${sizes[0]?.threads} threads, Node ${node}, OpenSSL ${openssl}`,
		...(noKernel === null ? [] : [`Without the kernel: ${noKernel}`]),
		"",
		...lines,
		"",
		"Expected, from the cost of the parts: a search's length is a matter of luck.",
		"BigInt and openssl: means with the slower engine, and of openssl dhparam.",
	];
}

function ours({ kernel, bigint }: SizeResult): number[] {
	const { mean, median, p95 }: Forecast = kernel ?? bigint;
	return [mean, median, p95];
}

function interval(measured: Measured | undefined): string {
	if (measured === undefined) return "";
	const [low, high] = measured.interval;
	return `${time(measured.mean)} (${time(low)} to ${time(high)})`;
}

function time(seconds: number): string {
	return duration(seconds * 1000);
}
