import { createHash } from "node:crypto";
import type { Unit } from "../../search/unit.js";

/**
 * The version of what is in the queue: the form of units and results. It is part of the queue's name, so a machine with
 * another version gets none of these units; it still shows itself to the coordinator.
 */
export const PROTOCOL = 1;

/** One queue for all searches: machines take units of any of them. */
export const UNITS = `units-${PROTOCOL}`;
/** A job for each machine, which none takes: it says who is there. */
export const MACHINES = "machines";

/** Longest result, and longest job, that is read, in characters; a result has some kB. */
export const MAX_RESULT = 256 * 1024;
export const MAX_JOB = MAX_RESULT + 16 * 1024;
/** Longest reason of a failure, in characters. */
export const MAX_REASON = 500;

/** What a job of the queue holds. */
export interface UnitJob {
	readonly unit: Unit;
	/** Who works on it is to stop. */
	readonly isWithdrawn?: true;
}

/** What a machine gives back. */
export interface UnitReturn {
	readonly machine: unknown;
	readonly elapsedMs: number;
	readonly result: unknown;
}

/** What all ids of a search begin with. */
export function searchId(search: string): string {
	return sha256(search).slice(0, 16);
}

/** The id of a job: the same unit of the same search always has the same, and is in the queue once. */
export function jobId(search: string, unit: Unit): string {
	const { construction, seed, bits, generator } = unit;
	const { window, from, to, sieveBound } = unit;
	const values = [construction, seed, bits, generator];
	const text = JSON.stringify([...values, window, from, to, sieveBound]);
	return `${search}-${sha256(text).slice(0, 32)}`;
}

/** Whether a coordinator may have made this id. */
export function isJobId(id: string): boolean {
	return /^[0-9a-f]{16}-[0-9a-f]{32}$/.test(id);
}

/** The id of a machine's job; a name may have characters that BullMQ does not permit. */
export function machineId(name: string): string {
	return `machine-${sha256(name).slice(0, 32)}`;
}

/** What a job says, as far as it is an object. */
export function fieldsOf(value: unknown): Record<string, unknown> {
	return typeof value === "object" && value !== null
		? (value as Record<string, unknown>)
		: {};
}

function sha256(text: string): string {
	return createHash("sha256").update(text).digest("hex");
}
