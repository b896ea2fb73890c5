import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { VERSION } from "../version.js";
import type { Machine } from "./queue.js";

/** This process as a machine at a queue: two of one host differ in their names. */
export function ownMachine(threads: number, sieveBound: number): Machine {
	const host = hostname()
		.replace(/[^!-~]/g, "?")
		.slice(0, 64);
	return {
		name: `${host}-${randomBytes(6).toString("hex")}`,
		threads,
		sieveBound,
		version: VERSION,
	};
}
