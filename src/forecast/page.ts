import { InvalidArgumentError } from "../errors.js";
import type { BenchResult, Measured, SizeResult } from "./bench.js";
import type { Forecast } from "./forecast.js";

/** One point of the chart, in seconds. */
interface Point {
	readonly bits: number;
	readonly series: string;
	readonly mean: number;
	readonly low: number;
	readonly high: number;
}

/** Series and their colours, as CSS variables of the page; the order is that of the legend. */
const SERIES = {
	"gen-dhparams, expected": "var(--kernel)",
	"gen-dhparams, measured": "var(--measured)",
	"gen-dhparams on BigInt, expected": "var(--bigint)",
	"openssl dhparam, expected": "var(--openssl)",
	"openssl dhparam, measured": "var(--openssl-measured)",
} as const;

type Plot = typeof import("@observablehq/plot");

/** What is used of an SVG element, and a document to make it in: this program is compiled without the types of browsers. */
interface Drawn {
	readonly outerHTML: string;
	setAttribute(name: string, value: string): void;
}
type PlotDocument = NonNullable<
	NonNullable<Parameters<Plot["plot"]>[0]>["document"]
>;

/**
 * Loads what draws the charts, Observable Plot on a document of linkedom.
 *
 * @returns makes one self-contained page of a result
 * @throws {@link InvalidArgumentError} where they are not installed
 */
export async function loadCharts(): Promise<(result: BenchResult) => string> {
	try {
		const [plot, { parseHTML }] = await Promise.all([
			import("@observablehq/plot"),
			import("linkedom"),
		]);
		return (result) => page(result, plot, parseHTML("<html></html>").document);
	} catch (cause) {
		throw new InvalidArgumentError(
			"The page is drawn with two packages that are not installed: npm install @observablehq/plot linkedom",
			{ cause },
		);
	}
}

function page(result: BenchResult, plot: Plot, document: PlotDocument): string {
	const points = result.sizes.flatMap(pointsOf);
	const names = Object.keys(SERIES).filter((name) =>
		points.some(({ series }) => series === name),
	);
	const chart = (width: number, className: string) => {
		const drawn = draw(points, names, plot, document, width);
		drawn.setAttribute("class", className);
		drawn.setAttribute("role", "img");
		drawn.setAttribute("aria-label", "Time to make a group, by its size");
		return drawn.outerHTML;
	};
	const { cpu, node, openssl, date, sizes } = result;
	return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>gen-dhparams: time by key size</title>
<style>${STYLE}</style>
<main>
<h1>Time to make a Diffie-Hellman group</h1>
<p>${text(cpu)}, ${sizes[0]?.threads} threads, Node ${text(node)}, OpenSSL ${text(openssl)}, ${text(date.slice(0, 10))}. Both axes are logarithmic. Bars of what is expected reach from the 5th to the 95th percentile of searches; bars of what was measured are the mean's interval of 95 % confidence.</p>
<ul>${names.map((name) => `<li style="--series:${SERIES[name as keyof typeof SERIES]}">${text(name)}</li>`).join("")}</ul>
${chart(800, "wide")}
${chart(400, "narrow")}
${table(result)}
</main>
</html>
`;
}

function draw(
	points: readonly Point[],
	names: readonly string[],
	plot: Plot,
	document: PlotDocument,
	width: number,
): Drawn {
	const colour = (point: Point) => SERIES[point.series as keyof typeof SERIES];
	const sizes = [...new Set(points.map(({ bits }) => bits))];
	const drawn = plot.plot({
		document,
		width,
		height: width === 400 ? 420 : 480,
		marginLeft: 56,
		marginRight: 24,
		x: {
			type: "log",
			label: "bits",
			ticks: sizes,
			tickFormat: (n) => `${n}`,
			tickRotate: width === 400 ? -60 : 0,
			grid: true,
		},
		marginBottom: width === 400 ? 60 : 40,
		y: { type: "log", label: "time", tickFormat: tick, grid: true },
		marks: [
			...names.map((name) =>
				plot.lineY(
					points.filter(({ series }) => series === name),
					{ x: "bits", y: "mean", stroke: SERIES[name as keyof typeof SERIES] },
				),
			),
			plot.ruleX(points, { x: "bits", y1: "low", y2: "high", stroke: colour }),
			plot.dot(points, { x: "bits", y: "mean", fill: colour, r: 4 }),
		],
	});
	return drawn as unknown as Drawn;
}

function pointsOf(size: SizeResult): Point[] {
	const expected = (series: string, forecast: Forecast | null): Point[] =>
		forecast === null
			? []
			: [
					{
						bits: size.bits,
						series,
						mean: forecast.mean,
						low: forecast.p5,
						high: forecast.p95,
					},
				];
	const measured = (series: string, seen: Measured | undefined): Point[] =>
		seen === undefined
			? []
			: [
					{
						bits: size.bits,
						series,
						mean: seen.mean,
						low: seen.interval[0],
						high: seen.interval[1],
					},
				];
	return [
		...expected("gen-dhparams, expected", size.kernel),
		...measured("gen-dhparams, measured", size.measured),
		...expected("gen-dhparams on BigInt, expected", size.bigint),
		...expected("openssl dhparam, expected", size.openssl),
		...measured("openssl dhparam, measured", size.opensslMeasured),
	];
}

/** Whole powers of ten only, in the largest unit. */
function tick(seconds: number): string {
	if (!Number.isInteger(Math.round(Math.log10(seconds) * 1e6) / 1e6)) return "";
	return seconds >= 1
		? `${seconds.toLocaleString("en-US")} s`
		: `${Math.round(seconds * 1000)} ms`;
}

function table({ sizes }: BenchResult): string {
	const seconds = (value: number) =>
		value < 10
			? `${value.toFixed(2)} s`
			: `${Math.round(value).toLocaleString("en-US")} s`;
	const rows = sizes.map(({ bits, kernel, bigint, openssl }) => {
		const { mean, median, p95 } = kernel ?? bigint;
		const cells = [mean, median, p95, bigint.mean, openssl.mean].map(seconds);
		return `<tr><th scope="row">${bits}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
	});
	return `<div class="scroll"><table><thead><tr><th>bits</th><th>mean</th><th>median</th><th>95 %</th><th>BigInt, mean</th><th>openssl, mean</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>
<p>All expected values, from the cost of the parts of a search.</p>`;
}

function text(value: string): string {
	return value
		.replaceAll("&", "&amp;")
		.replaceAll("<", "&lt;")
		.replaceAll('"', "&quot;");
}

// Colours of Okabe and Ito (2008), which stay apart for the colour-blind, lighter on dark.
const STYLE = `
:root { color-scheme: light dark; --kernel: #0072b2; --measured: #56b4e9; --bigint: #009e73; --openssl: #d55e00; --openssl-measured: #e69f00; --page: #fff; --ink: #1a1a1a; }
@media (prefers-color-scheme: dark) { :root { --kernel: #4da6e0; --measured: #9fd6f5; --bigint: #2fc79a; --openssl: #ff8a3d; --openssl-measured: #f5c04a; --page: #16181c; --ink: #e8e8e8; } }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 840px; margin: auto; padding: 1rem; }
ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; }
li::before { content: ""; display: inline-block; width: .8em; height: .8em; margin-right: .5em; border-radius: 50%; background: var(--series); }
svg { display: block; width: 100%; height: auto; color: var(--ink); background: none !important; overflow: visible; }
svg.wide { font-size: 12px; } svg.narrow { font-size: 13px; display: none; }
@media (max-width: 600px) { svg.wide { display: none; } svg.narrow { display: block; } }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } th, td { padding: .3em .8em; text-align: right; white-space: nowrap; border-bottom: 1px solid color-mix(in srgb, var(--ink) 20%, transparent); }
`;
