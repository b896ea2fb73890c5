import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Vector {
	readonly bits: number;
	readonly g: number;
	readonly seed: string;
	readonly p: string;
}
const vectors: Vector[] = JSON.parse(
	readFileSync("test/vectors/seeds.json", "utf8"),
);
const COMMAND = "dist/src/cli/gen-dhparams.cjs";

// V8 without the instructions, as on a processor that lacks them, or a virtual machine that hides them.
test
	.runIf(process.arch === "x64")
	.each(vectors.filter(({ bits }) => bits <= 1024))(
	"without fused multiply-adds, $bits bits and g = $g, the same seed gives the same group",
	({ bits, g, seed, p }) => {
		const { status, stdout, stderr } = spawnSync(
			process.execPath,
			[
				"--no-enable-fma3",
				COMMAND,
				...[String(bits), "--generator", String(g), "--seed", seed],
				...["--format", "json", "--allow-weak", "--verbose"],
			],
			{ encoding: "utf8", timeout: 60_000 },
		);
		expect(status).toBe(0);
		expect(JSON.parse(stdout).p.replace(/^0x/, "")).toBe(p);
		expect(stderr).toContain(
			"Engine: the WebAssembly kernel of integers, which is slower, because this processor",
		);
	},
);

test.runIf(process.arch === "x64")(
	"without fused multiply-adds, check accepts a group and rejects a composite p",
	() => {
		const { bits, g, p } = vectors.find((each) => each.bits === 2048) as Vector;
		const check = (modulus: string) =>
			spawnSync(process.execPath, ["--no-enable-fma3", COMMAND, "check", "-"], {
				input: JSON.stringify({ bits, p: modulus, g: g.toString(16) }),
				encoding: "utf8",
				timeout: 60_000,
			});
		const good = check(p);
		expect(good.stderr + good.stdout).toContain("prime");
		expect(good.status).toBe(0);
		const composite = (BigInt(`0x${p}`) + 24n).toString(16);
		expect(check(composite).status).toBe(1);
	},
);
