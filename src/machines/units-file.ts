import type { FileHandle } from "node:fs/promises";
import { asciiJson, quotedSeed } from "../encoding/seed.js";
import { FileError } from "../errors.js";
import { openToAppend } from "../files/append.js";
import { unwritable } from "../files/reasons.js";
import { readStart } from "../files/regular.js";
import type { CutSearch } from "./cut.js";
import type { Machine } from "./queue.js";
import { isConfirmed, type Recompute } from "./second-opinion.js";
import { checkUnit, machineOf, resultOf } from "./unit-json.js";
import type { UnitRecord } from "./unit-record.js";

/*
 * A file of results has a line of JSON for each unit that was done, as `gen-dhparams work` prints it, and one for each
 * machine whose results turned out wrong: those above no longer count.
 */

const VERSION = 1;

const QUICK_BOUND = 2 ** 20;

// A search of 1,000 machines for a day writes 3 million units of a kilobyte: that is for several files.
const MAX_BYTES = 2 ** 28;

/** What a line says: a result, or the name of a machine that is not believed. */
type Line = UnitRecord | { readonly refused: string };

/** A line of a file of results. */
export function encodeRecord({ unit, result, machine }: UnitRecord): string {
	return `${asciiJson({ version: VERSION, unit, result, machine })}\n`;
}

/** The results of a search that many machines do: each line is on the disk before the queue forgets the unit. */
export class UnitsFile implements AsyncDisposable {
	readonly #name: string;
	readonly #handle: FileHandle;
	/** The results of every search of the file that count. */
	readonly records: readonly UnitRecord[];

	private constructor(
		name: string,
		handle: FileHandle,
		records: readonly UnitRecord[],
	) {
		this.#name = name;
		this.#handle = handle;
		this.records = records;
	}

	/**
	 * Opens a file of results, or begins one where the file does not exist or is empty.
	 *
	 * @throws {@link FileError} for a file that holds other things, or that cannot be written
	 */
	static async open(path: string): Promise<UnitsFile> {
		try {
			const handle = await openToAppend(path);
			try {
				const { size } = await handle.stat();
				if (size > MAX_BYTES) {
					throw new FileError(
						`${path} has ${size} bytes; at most ${MAX_BYTES} are read. Divide the file.`,
					);
				}
				const text = Buffer.from(await readStart(handle, size)).toString(
					"latin1",
				);
				const { records, length } = recordsOf(text, path);
				await handle.truncate(length);
				if (length > 0 && text[length - 1] !== "\n") {
					await handle.writeFile("\n");
				}
				return new UnitsFile(path, handle, records);
			} catch (error) {
				await handle.close();
				throw error;
			}
		} catch (error) {
			throw unwritable(path, error);
		}
	}

	/**
	 * The results of a search.
	 *
	 * @throws {@link FileError} where the file has results of another seed, construction or generator: then it was meant
	 * for another search
	 */
	recordsOf({ construction, seed, bits, generator }: CutSearch): UnitRecord[] {
		const other = this.records.find(
			({ unit }) =>
				unit.construction !== construction ||
				unit.seed.normalize() !== seed.normalize() ||
				unit.generator !== generator,
		);
		if (other !== undefined) {
			throw new FileError(
				`${this.#name} has results of another search: ${other.unit.construction}, seed ${quotedSeed(other.unit.seed)}, generator ${other.unit.generator}. Give another file, or ask for that search.`,
			);
		}
		return this.records.filter(({ unit }) => unit.bits === bits);
	}

	/**
	 * As {@link recordsOf}, after a look at each safe prime that they claim: the misses are taken as they are.
	 *
	 * @throws {@link FileError} where one is not a safe prime of its unit too
	 */
	async confirmedRecordsOf(
		search: CutSearch,
		recompute: Recompute,
	): Promise<UnitRecord[]> {
		const records = this.recordsOf(search);
		for (const { unit, result, machine } of records) {
			// The hits of a unit do not depend on its sieve: a short one serves all units of a window.
			const quick = { ...unit, sieveBound: QUICK_BOUND };
			if (await isConfirmed(quick, result, false, recompute)) continue;
			throw new FileError(
				`${this.#name}: ${machine.name} claims a safe prime in window ${unit.window}, ranks ${unit.from} to ${unit.to}, that is none, or at another rank. Remove the lines of this machine.`,
			);
		}
		return records;
	}

	/** @throws {@link FileError} when the file cannot be written */
	async add(record: UnitRecord): Promise<void> {
		await this.#append(encodeRecord(record));
	}

	/**
	 * Nothing that this machine has done counts.
	 *
	 * @throws {@link FileError} when the file cannot be written
	 */
	async refuse({ name }: Machine): Promise<void> {
		await this.#append(`${asciiJson({ version: VERSION, refused: name })}\n`);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#handle.close();
	}

	async #append(line: string): Promise<void> {
		try {
			await this.#handle.writeFile(line);
			await this.#handle.datasync();
		} catch (error) {
			throw unwritable(this.#name, error);
		}
	}
}

/**
 * @returns the results that count, and the length of the file without a last line that was cut off
 * @throws {@link FileError} for a line that is neither
 */
function recordsOf(
	text: string,
	name: string,
): { records: UnitRecord[]; length: number } {
	let records: UnitRecord[] = [];
	const lines = text.split("\n");
	for (const [i, line] of lines.entries()) {
		if (line === "") continue;
		const said = lineOf(line);
		if (said === undefined) {
			if (i === lines.length - 1 && isBeginning(line)) {
				return { records, length: text.length - line.length };
			}
			throw new FileError(
				`${name}: line ${i + 1} is not the result of a unit of work, as gen-dhparams prints it. Give a file of such lines, or one that does not exist yet.`,
			);
		}
		if ("refused" in said) {
			records = records.filter(({ machine }) => machine.name !== said.refused);
		} else records.push(said);
	}
	return { records, length: text.length };
}

/** Was the rest of it cut off? A file of something else is to stay as it is. */
function isBeginning(line: string): boolean {
	const start = `{"version":${VERSION},`;
	return line.startsWith(start) || start.startsWith(line);
}

function lineOf(line: string): Line | undefined {
	try {
		const { version, unit, result, machine, refused, ...others } =
			JSON.parse(line);
		if (version !== VERSION || Object.keys(others).length > 0) return undefined;
		if (typeof refused === "string") return { refused };
		const checked = checkUnit(unit);
		const found = resultOf(result, checked);
		const doer = machineOf(machine);
		if (found === undefined || doer === undefined) return undefined;
		return { unit: checked, result: found, machine: doer };
	} catch {
		return undefined;
	}
}
