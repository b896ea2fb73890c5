import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { moduliLines } from "../../src/encoding/moduli-table.js";
import { namedGroup } from "../../src/groups/groups.js";
import {
	fingerprintOf,
	SHIPPED_TABLES,
	ShippedTables,
} from "../../src/groups/openssh-tables.js";
import { filterModuli } from "../../src/moduli/filter.js";
import { chosenSize } from "../../src/moduli/sshd-choice.js";
import { startPoints } from "../../src/moduli/start-points.js";
import { moduliLine } from "../differential/materials.js";

// From the package openssh-server, which test/servers/install.sh installs.
const MODULI = "/etc/ssh/moduli";
const missing = !existsSync(MODULI);
if (missing) console.warn(`Skipped: there is no ${MODULI}.`);

const line = (size: number) => `${moduliLine(namedGroup(`ffdhe${size}`))}\n`;
const bytes = (...parts: readonly string[]) =>
	Buffer.from(parts.join(""), "latin1");
const filtered = (table: Buffer, options = {}) =>
	Buffer.from(filterModuli(table, options).table).toString("latin1");

describe("the lines of a table", () => {
	test("together are the table, whatever it holds", () => {
		for (const text of [
			"",
			"\n",
			"a",
			"\0\n\n#x\r\n",
			`\xff\n${line(2048)}é`,
		]) {
			const raw = [...moduliLines(text)].map((one) => one.raw);
			expect(raw.join("")).toBe(text);
		}
	});

	test("a long number or a long line takes no time", () => {
		const digits = "9".repeat(4_000_000);
		const [size] = moduliLines(`2020 2 6 100 ${digits} 2 FF`);
		expect(size).toMatchObject({ kind: "skipped" });
		const [tries] = moduliLines(`2020 2 6 ${digits} 7 2 FF`);
		expect(tries).toMatchObject({ kind: "skipped" });
		const [blanks] = moduliLines(`2020 ${" ".repeat(4_000_000)}`);
		expect(blanks).toMatchObject({ kind: "skipped" });
	});

	test.skipIf(missing)(
		"of Debian's table are all groups without a remark",
		() => {
			const lines = [...moduliLines(readFileSync(MODULI, "latin1"))];
			const groups = lines.flatMap((one) =>
				one.kind === "group" ? [one.group] : [],
			);
			expect(groups.length).toBe(lines.length - 1);
			expect(groups.flatMap(({ remarks }) => remarks)).toEqual([]);
		},
	);
});

describe("the filter", () => {
	const table = bytes(
		"# head\n",
		line(2048),
		"\n",
		line(3072),
		"junk \xe9\n",
		line(2048),
		line(4096),
	);

	test.skipIf(missing)("keeps what awk keeps of Debian's table", () => {
		const text = readFileSync(MODULI, "latin1");
		const wanted = text
			.split(/(?<=\n)/)
			.filter(
				(one) => one.startsWith("#") || Number(one.split(" ")[4]) >= 3071,
			);
		expect(filtered(readFileSync(MODULI), { minBits: 3072 })).toBe(
			wanted.join(""),
		);
		expect(filtered(readFileSync(MODULI))).toBe(text);
	});

	test("keeps lines byte for byte, and drops what it is asked to", () => {
		expect(filtered(table)).toBe(table.toString("latin1"));
		expect(filtered(table, { sizes: [4096, 2048] })).toBe(
			`# head\n${line(2048)}\n${line(2048)}${line(4096)}`,
		);
		expect(filtered(table, { dropDuplicates: true })).toBe(
			`# head\n${line(2048)}\n${line(3072)}junk \xe9\n${line(4096)}`,
		);
		expect(filtered(table, { dropUnused: true, minBits: 3000 })).toBe(
			`# head\n\n${line(3072)}${line(4096)}`,
		);
		const { kept, groups, skipped, missing } = filterModuli(table, {
			sizes: [3072, 5000],
		});
		expect({ kept, groups, skipped, missing }).toEqual({
			kept: 1,
			groups: 4,
			skipped: 1,
			missing: [5000],
		});
	});

	test("leaves no table without a group", () => {
		expect(() => filtered(table, { minBits: 5000 })).toThrow(
			/None of the 4 groups.*2048, 3072, 4096/,
		);
		expect(() => filtered(bytes("# nothing\n"))).toThrow(/no group/);
		expect(() => filtered(bytes(""))).toThrow(/no group/);
		expect(() => filtered(table, { sizes: [] })).toThrow(/sizes/);
		expect(() => filtered(table, { minBits: 0 })).toThrow(/minBits/);
		expect(() => filtered(table, { size: 3072 })).toThrow(/Did you mean sizes/);
	});
});

test("a larger size that stands first keeps the wanted one from being picked", () => {
	expect(chosenSize([2048, 3072, 4096], 3072)).toBe(3072);
	expect(chosenSize([2048, 4096, 3072], 3072)).toBe(4096);
	expect(chosenSize([4096, 8192, 6144], 5000)).toBe(6144);
	expect(chosenSize([1024, 1536, 16_384], 2048)).toBeUndefined();
	expect(chosenSize([], 2048)).toBeUndefined();
});

test("numbers that lie close together are from one start point", () => {
	const [one, other] = [namedGroup("ffdhe2048").p, namedGroup("modp_2048").p];
	// These two share their first and last 64 bits only.
	expect(startPoints([one, other, one + 2n ** 33n, other + 24n, one])).toBe(2);
	expect(startPoints([])).toBe(0);
});

describe("the tables that OpenSSH ships", () => {
	test("have a fingerprint of 6 bytes for each group, and share none", () => {
		const all = SHIPPED_TABLES.flatMap(
			({ fingerprints }) => fingerprints.match(/.{8}/g) ?? [],
		);
		expect(all.length).toBe(452 + 423 + 432 + 538);
		expect(new Set(all).size).toBe(all.length);
		expect(all.join("")).toBe(
			SHIPPED_TABLES.map(({ fingerprints }) => fingerprints).join(""),
		);
		// sha256sum of the 256 bytes of p.
		expect(fingerprintOf(namedGroup("ffdhe2048").p)).toHaveLength(8);
	});

	test.skipIf(missing)("hold Debian's own", () => {
		const tables = new ShippedTables();
		const names = new Set<string | undefined>();
		for (const one of moduliLines(readFileSync(MODULI, "latin1"))) {
			if (one.kind === "group") names.add(tables.find(one.group.p)?.name);
		}
		expect([...names]).toEqual(["Debian 12 (OpenSSH 9.2)"]);
		expect(tables.find(namedGroup("ffdhe2048").p)).toBeUndefined();
	});
});
