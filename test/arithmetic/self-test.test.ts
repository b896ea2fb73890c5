import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { expect, test } from "vitest";
import { IntegerKernelEngine } from "../../src/arithmetic/integer-kernel.js";
import { KernelEngine } from "../../src/arithmetic/kernel.js";
import { compileKernel } from "../../src/arithmetic/kernel-module.js";
import { kernelFault } from "../../src/arithmetic/self-test.js";

const WASM = "dist/workers/assembly/power.wasm";
const INTEGER_WASM = "dist/workers/assembly/integer-power.wasm";

// The broken kernels below do not go through compileKernel.
if (process.versions.node.startsWith("20.")) {
	setFlagsFromString("--experimental-wasm-relaxed-simd");
}

test("the kernels as built pass", async () => {
	const fused = new KernelEngine(compileKernel("power"));
	expect(kernelFault(fused)).toBeUndefined();
	const integer = new IntegerKernelEngine(compileKernel("integer-power"));
	expect(kernelFault(integer)).toBeUndefined();
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

// The same for the kernel of integers: its masks, and its instructions by their opcodes. Half a limb only rounds: a bit
// that is less than half a limb makes other limbs of the same value.
test.each([
	[
		"the mask of the diagonal's first pairs",
		"ffff0000ffffffffffffffff",
		[0, 15],
	],
	["the mask of its third pair", "0000000000000000ffff0000", [0, 15]],
	["half a limb", "00100000001000000010000000100000", [15, 30]],
	["the lower limb of a pair", "ffff0000ffff0000ffff0000", [0, 15]],
])(
	"a kernel of integers where %s is wrong fails",
	async (_, constant, bits) => {
		const bytes = Buffer.from(constant, "hex");
		for (const bit of bits) {
			const wasm = await readFile(INTEGER_WASM);
			const changed = Buffer.from(bytes);
			changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
			expect(replaceAll(wasm, bytes, changed)).toBeGreaterThan(0);
			expect(integerFaultOf(wasm)).toContain("the kernel");
		}
	},
);

test.each([
	["i32x4.dot_i16x8_s", "fdba01", "i32x4.extmul_low_i16x8_s", "fdbc01"],
	["i32x4.shr_s", "fdac01", "i32x4.shr_u", "fdad01"],
	["i16x8.narrow_i32x4_s", "fd8501", "i16x8.narrow_i32x4_u", "fd8601"],
	["i32x4.sub", "fdb101", "i32x4.add", "fdae01"],
])("a machine whose %s does something else fails", async (...codes) => {
	const [, old, , other] = codes.map((code) => Buffer.from(code, "hex"));
	const wasm = await readFile(INTEGER_WASM);
	expect(replaceAll(wasm, old as Buffer, other as Buffer)).toBeGreaterThan(0);
	expect(integerFaultOf(wasm)).toContain("the kernel");
});

// V8 without the instructions, as on a processor that lacks them.
test.runIf(process.arch === "x64")(
	"with --no-enable-fma3, the kernel of integers is chosen, and the reason given",
	() => {
		expect(choiceOf("--no-enable-fma3")).toEqual({
			name: "kernel",
			kernel: "integer",
			module: {},
			reason: expect.stringContaining("no fused multiply-add"),
		});
	},
);

test("without WebAssembly, BigInt is chosen, and the reason given", () => {
	expect(choiceOf("--jitless")).toEqual({
		name: "bigint",
		reason: expect.stringContaining("does not load"),
	});
});

function choiceOf(flag: string): unknown {
	const script = `import { chooseEngine } from "./build/src/arithmetic/choose-engine.js";
		console.log(JSON.stringify(chooseEngine()));`;
	const output = execFileSync(
		process.execPath,
		[flag, "--input-type=module", "--eval", script],
		{ encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
	);
	return JSON.parse(output);
}

function integerFaultOf(wasm: Buffer): string | undefined {
	return kernelFault(new IntegerKernelEngine(new WebAssembly.Module(wasm)));
}

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
