import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BenchResult } from "../../src/forecast/bench.js";
import { loadCharts } from "../../src/forecast/page.js";

const CHROMIUM = "/usr/bin/chromium";
const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) {
	console.warn(
		"\n*** SKIPPED: no Chromium. Run test/servers/install.sh as root to have this test. ***\n",
	);
}

const forecast = (mean: number) => ({
	mean,
	median: mean * 0.7,
	p5: mean * 0.1,
	p95: mean * 3,
});

const result: BenchResult = {
	version: 1,
	date: "2026-11-24T00:00:00.000Z",
	node: "v20.20.2",
	openssl: "3.0.19",
	cpu: 'A processor <of> "some" kind & more',
	noKernel: null,
	sizes: [1024, 1536, 2048, 3072, 4096, 8192].map((bits) => ({
		bits,
		threads: 2,
		kernel: forecast((bits / 2048) ** 4.7),
		bigint: forecast(10 * (bits / 2048) ** 4.7),
		openssl: forecast(12 * (bits / 2048) ** 4.8),
		...(bits <= 2048 && {
			measured: {
				runs: 10,
				mean: 1.1 * (bits / 2048) ** 4.7,
				interval: [0.6, 1.9],
			},
		}),
	})),
};
// Three series for each size, and one more for three of them.
const POINTS = 3 * 6 + 3;

describe.runIf(hasChromium)("the page in a browser", () => {
	let browser: Browser;
	let folder: string;
	let url: string;
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "gen-dhparams-page-"));
		const file = join(folder, "bench.html");
		writeFileSync(file, (await loadCharts())(result));
		url = pathToFileURL(file).href;
		browser = await chromium.launch({
			executablePath: CHROMIUM,
			args: ["--no-sandbox"],
		});
	}, 60_000);
	afterAll(async () => {
		await browser?.close();
		rmSync(folder, { recursive: true });
	});

	test.each([
		["light", 1200],
		["dark", 1200],
		["light", 360],
		["dark", 360],
	] as const)("%s, %i pixels wide", async (colorScheme, width) => {
		const page = await browser.newPage({
			colorScheme,
			viewport: { width, height: 800 },
		});
		const complaints: string[] = [];
		page.on("console", (message) => complaints.push(message.text()));
		page.on("pageerror", (error) => complaints.push(error.message));
		page.on("request", (request) => {
			if (request.url() !== url) complaints.push(request.url());
		});
		await page.goto(url);
		const seen = await page.evaluate(`(() => {
			const shown = [...document.querySelectorAll("svg")].filter(
				(svg) => svg.getBoundingClientRect().width > 0,
			);
			const svg = shown[0];
			const texts = [...svg.querySelectorAll("text")].filter((t) => t.textContent);
			const luminance = (colour) => {
				const [r, g, b] = colour.match(/\\d+/g).map((c) => {
					const s = c / 255;
					return s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
				});
				return 0.2126 * r + 0.7152 * g + 0.0722 * b;
			};
			const contrast = (a, b) => {
				const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
				return (light + 0.05) / (dark + 0.05);
			};
			const page = getComputedStyle(document.body).backgroundColor;
			return {
				charts: shown.length,
				points: svg.querySelectorAll("circle").length,
				bars: svg.querySelectorAll("[aria-label=rule] line").length,
				lines: svg.querySelectorAll("[aria-label=line] path").length,
				title: document.title,
				overflow: document.scrollingElement.scrollWidth - innerWidth,
				smallestText: Math.min(...texts.map((t) => t.getBoundingClientRect().height)),
				textContrast: Math.min(
					...texts.map((t) => contrast(getComputedStyle(t).fill, page)),
				),
				markContrast: Math.min(
					...[...svg.querySelectorAll("circle")].map((c) =>
						contrast(getComputedStyle(c).fill, page),
					),
				),
				paragraph: document.querySelector("p").textContent,
			};
		})()`);
		expect(complaints).toEqual([]);
		expect(seen).toMatchObject({
			charts: 1,
			points: POINTS,
			bars: POINTS,
			lines: 4,
			overflow: 0,
		});
		const { smallestText, textContrast, markContrast, paragraph } =
			seen as Record<string, number> & { paragraph: string };
		expect(paragraph).toContain(result.cpu);
		// WCAG 2.2: 4.5 for text; 3 for graphics, less a little for the light blue on white.
		expect(textContrast).toBeGreaterThan(4.5);
		expect(markContrast).toBeGreaterThan(2);
		expect(smallestText).toBeGreaterThan(9);
		await page.close();
	});
});
