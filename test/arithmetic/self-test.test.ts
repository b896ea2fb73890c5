import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { KernelEngine } from "../../src/arithmetic/kernel.js";
import { compileKernel } from "../../src/arithmetic/kernel-module.js";
import { kernelFault } from "../../src/arithmetic/self-test.js";

const WASM = "dist/workers/assembly/power.wasm";

test("the kernel as built passes", async () => {
	const kernel = new KernelEngine(await compileKernel("power"));
	expect(kernelFault(kernel)).toBeUndefined();
});

// What a miscompiled or corrupted kernel looks like: each constant of its arithmetic with one bit of its mantissa changed.
test.each([
	["2^104", double(2 ** 104)],
	["2^104 − 3·2^51", double(2 ** 104 - 3 * 2 ** 51)],
	["the mask of a limb", pattern(0x000fffffffffffffn)],
	["2^52", double(2 ** 52)],
	["the first column's bias", pattern(0xc338000000000000n)],
	["the slack that a carry takes", pattern(0x3ffffffffffffc00n)],
])("a kernel whose constant %s is wrong fails", async (_, constant) => {
	for (const bit of [0, 51]) {
		const wasm = await readFile(WASM);
		const changed = Buffer.from(constant);
		changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
		expect(replaceAll(wasm, constant, changed)).toBeGreaterThan(0);
		expect(faultOf(wasm)).toMatch(/kernel|multiply-add/);
	}
});

test("a machine whose multiply-add does something else fails, and the reason says so", async () => {
	const wasm = await readFile(WASM);
	// f64x2.relaxed_madd is opcode 0x107; f64x2.relaxed_nmadd, which negates the product, 0x108.
	const [madd, nmadd] = [
		Buffer.from("fd8702", "hex"),
		Buffer.from("fd8802", "hex"),
	];
	expect(replaceAll(wasm, madd, nmadd)).toBeGreaterThan(10);
	expect(faultOf(wasm)).toContain("no fused multiply-add");
});

// V8 without the instructions, as on a processor that lacks them, and V8 without WebAssembly.
test.runIf(process.arch === "x64").each([
	["--no-enable-fma3", "no fused multiply-add"],
	["--jitless", "does not load"],
])("with %s, BigInt is chosen, and the reason given", (flag, reason) => {
	const script = `import { chooseEngine } from "./dist/src/arithmetic/choose-engine.js";
		console.log(JSON.stringify(await chooseEngine()));`;
	const output = execFileSync(
		process.execPath,
		[flag, "--input-type=module", "--eval", script],
		{ encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
	);
	expect(JSON.parse(output)).toEqual({
		name: "bigint",
		reason: expect.stringContaining(reason),
	});
});

function faultOf(wasm: Buffer): string | undefined {
	return kernelFault(new KernelEngine(new WebAssembly.Module(wasm)));
}

/** Puts one sequence of bytes in the place of another, and counts the places. */
function replaceAll(bytes: Buffer, old: Buffer, replacement: Buffer): number {
	let count = 0;
	for (let at = bytes.indexOf(old); at >= 0; at = bytes.indexOf(old, at + 1)) {
		replacement.copy(bytes, at);
		count++;
	}
	return count;
}

function double(x: number): Buffer {
	const bytes = Buffer.alloc(8);
	bytes.writeDoubleLE(x);
	return bytes;
}

function pattern(bits: bigint): Buffer {
	const bytes = Buffer.alloc(8);
	bytes.writeBigUInt64LE(bits);
	return bytes;
}
