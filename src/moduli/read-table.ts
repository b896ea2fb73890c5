import { type ModuliGroup, moduliLines } from "../encoding/moduli-table.js";
import type { ModuliFinding } from "./report.js";
import { isUsedSize, LARGEST_GROUP, SMALLEST_GROUP } from "./sshd-choice.js";

/** What a table holds, with the lines that sshd does not use as findings. */
export interface ReadTable {
	readonly lines: number;
	/** The groups of sizes that sshd uses, in the order of the file. */
	readonly groups: readonly ModuliGroup[];
	/** How many groups of the sizes that sshd never uses. */
	readonly unused: ReadonlyMap<number, number>;
	readonly findings: readonly ModuliFinding[];
}

// More lines of one kind are counted, so that memory does not grow with a hostile file.
const MAX_LISTED = 1000;

/** Reads a table as sshd does. A bad line does not hide the others. */
export function readTable(text: string): ReadTable {
	const groups: ModuliGroup[] = [];
	const unused = new Map<number, number>();
	const firstUnused = new Map<number, number>();
	const findings: ModuliFinding[] = [];
	let [lines, skipped, spellings] = [0, 0, 0];
	for (const line of moduliLines(text)) {
		lines++;
		if (line.kind === "skipped" && ++skipped <= MAX_LISTED) {
			const message = `sshd skips the line: ${line.fault}.`;
			findings.push({ id: "format", verdict: "reject", line: lines, message });
		}
		if (line.kind !== "group") continue;
		const { group } = line;
		for (const message of group.remarks) {
			if (++spellings > MAX_LISTED) break;
			findings.push({ id: "spelling", verdict: "note", line: lines, message });
		}
		if (isUsedSize(group.bits)) {
			groups.push(group);
		} else {
			unused.set(group.bits, (unused.get(group.bits) ?? 0) + 1);
			if (!firstUnused.has(group.bits)) firstUnused.set(group.bits, lines);
		}
	}
	const more = (id: "format" | "spelling", count: number) => {
		if (count <= MAX_LISTED) return;
		findings.push({
			id,
			verdict: id === "format" ? "reject" : "note",
			line: null,
			message: `${count - MAX_LISTED} more such findings about other lines are not listed.`,
		});
	};
	more("format", skipped);
	more("spelling", spellings);
	for (const [bits, line] of [...firstUnused].slice(0, MAX_LISTED)) {
		const count = unused.get(bits) as number;
		findings.push({
			id: "size",
			verdict: "warn",
			line,
			message: `sshd never uses ${count === 1 ? "the group" : `the ${count} groups`} of ${bits} bits: it takes ${SMALLEST_GROUP} to ${LARGEST_GROUP}. ${count === 1 ? "It was" : "They were"} not tested.`,
		});
	}
	if (text !== "" && !text.endsWith("\n")) {
		findings.push({
			id: "spelling",
			verdict: "note",
			line: lines,
			message:
				"The last line has no line end, and a line that is appended would run into it.",
		});
	}
	if (/\r\n/.test(text)) {
		findings.push({
			id: "spelling",
			verdict: "note",
			line: null,
			message: "Lines end with CR and LF; sshd ignores the CR.",
		});
	}
	return { lines, groups, unused, findings };
}
