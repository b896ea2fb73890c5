import { createHash } from "node:crypto";
import { asciiJson } from "../encoding/seed.js";
import { FileError } from "../errors.js";
import type { Hit, SearchState } from "../search/collect.js";
import { RANKS } from "../search/order.js";
import { type Job, jobOf } from "./job.js";

/*
 * A journal is a line of JSON for the job, and one for each step of a search. Each line ends with 64 bits of the SHA-256
 * hash of itself and the hash of the line before: a line that was edited, lost or copied from elsewhere is found. It is
 * no protection against somebody who computes the hashes anew.
 */

/** What a line says: the job, or what is decided of one size. */
export interface Step {
	/** The size of p in bits. */
	readonly bits: number;
	readonly window: number;
	readonly rank: number;
	/** The hits since the line before of this size. */
	readonly hits: readonly Hit[];
}

/** What is decided of each size, by the size of p in bits. */
export type States = ReadonlyMap<number, SearchState>;

/** A journal as read. */
export interface JournalContent {
	readonly job: Job;
	readonly states: States;
	/** The hash of the last line, which the next one continues. */
	readonly check: string;
	/** The bytes of all complete lines: what is behind them is a line that was cut off. */
	readonly length: number;
}

const VERSION = 1;
const BEGINNING = '{"journal":';
const FIRST_CHECK = "";
const LINE = /^(\{.*),"check":"([0-9a-f]{16})"\}$/;

export interface EncodedLine {
	readonly line: string;
	readonly check: string;
}

export function encodeJob(job: Job): EncodedLine {
	return encodeLine({ journal: VERSION, ...job }, FIRST_CHECK);
}

/** @param before the hash of the line before */
export function encodeStep(
	{ bits, window, rank, hits }: Step,
	before: string,
): EncodedLine {
	const pairs = hits.map((hit) => [hit.window, hit.candidate]);
	return encodeLine({ bits, window, rank, hits: pairs }, before);
}

/**
 * What a journal says.
 *
 * @param name of the file, for messages
 * @returns undefined where not even the first line is complete
 * @throws {@link FileError} for what is not a journal, for one of another version, and for a line that was changed
 */
export function decodeJournal(
	bytes: Uint8Array,
	name: string,
): JournalContent | undefined {
	const text = Buffer.from(bytes).toString("latin1");
	const length = text.lastIndexOf("\n") + 1;
	const [first, ...steps] = text.slice(0, length).split("\n").slice(0, -1);
	if (first === undefined) {
		// Cut off while it was made, or filled with zeros by a file system that lost its content with the power.
		const start = text.slice(0, BEGINNING.length);
		if (BEGINNING.startsWith(start) || /^\0+$/.test(text)) return undefined;
		throw notJournal(name);
	}
	const job = decodeJob(first, name);
	const states = new Map<number, SearchState>();
	let check = (LINE.exec(first)?.[2] ?? "") as string;
	for (const [i, line] of steps.entries()) {
		const opened = openLine(line, check);
		const step = opened && stepOf(opened.value);
		const next = step && follow(states.get(step.bits), step);
		if (opened === undefined || step === undefined || next === undefined) {
			throw new FileError(
				`${name}: line ${i + 2} was changed, or lines before it are missing. Remove this line and all after it to go on from the line before.`,
			);
		}
		states.set(step.bits, next);
		check = opened.check;
	}
	return { job, states, check, length };
}

/** The state after a step; undefined where the step goes back. */
function follow(
	state: SearchState = { window: 0, rank: 0, hits: [] },
	{ window, rank, hits }: Step,
): SearchState | undefined {
	const isLater =
		window > state.window || (window === state.window && rank >= state.rank);
	return isLater ? { window, rank, hits: [...state.hits, ...hits] } : undefined;
}

function decodeJob(line: string, name: string): Job {
	const { journal, ...job } = (openLine(line, FIRST_CHECK)?.value ??
		{}) as Record<string, unknown>;
	const version = /^\{"journal":(\d{1,9})\b/.exec(line)?.[1];
	if (version !== undefined && Number(version) !== VERSION) {
		throw new FileError(
			`${name} is a journal of version ${version}, and this program knows version ${VERSION}. Go on with the release of gen-dhparams that wrote it.`,
		);
	}
	const known = jobOf(job);
	if (known !== undefined && journal === VERSION) return known;
	if (version === undefined) throw notJournal(name);
	throw new FileError(
		`${name}: line 1 was changed or is damaged, so the search that this journal belongs to is not known. Begin with a new one.`,
	);
}

function notJournal(name: string): FileError {
	return new FileError(
		`${name} is not a journal of gen-dhparams. Give the name of a journal, or of a file that does not exist yet.`,
	);
}

function encodeLine(value: object, before: string): EncodedLine {
	const json = asciiJson(value).slice(0, -1);
	const check = hashOf(before, json);
	return { line: `${json},"check":"${check}"}\n`, check };
}

function openLine(
	line: string,
	before: string,
): { value: unknown; check: string } | undefined {
	const [, json, check] = LINE.exec(line) ?? [];
	if (json === undefined || check !== hashOf(before, json)) return undefined;
	try {
		return { value: JSON.parse(`${json}}`), check };
	} catch {
		return undefined;
	}
}

function hashOf(before: string, json: string): string {
	const hash = createHash("sha256").update(`${before}\n${json}`);
	return hash.digest("hex").slice(0, 16);
}

function stepOf(value: unknown): Step | undefined {
	const { bits, window, rank, hits } = value as Record<string, unknown>;
	if (!isNumber(bits) || !isNumber(window) || !isNumber(rank)) return undefined;
	if (rank > RANKS || !Array.isArray(hits)) return undefined;
	const pairs: unknown[] = hits;
	if (!pairs.every(isPair)) return undefined;
	return {
		bits,
		window,
		rank,
		hits: pairs.map(([window, candidate]) => ({ window, candidate })),
	};
}

function isPair(value: unknown): value is [number, number] {
	return Array.isArray(value) && value.length === 2 && value.every(isNumber);
}

function isNumber(value: unknown): value is number {
	return Number.isSafeInteger(value) && Number(value) >= 0;
}
