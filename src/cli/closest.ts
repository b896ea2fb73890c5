/** The name that was probably meant: it differs by a third of its letters at most. */
export function closest(
	word: string,
	names: readonly string[],
): string | undefined {
	const [best] = names
		.map((name) => ({ name, edits: distance(word.slice(0, 40), name) }))
		.filter(({ name, edits }) => edits <= Math.max(1, name.length / 3))
		.sort((a, b) => a.edits - b.edits);
	return best?.name;
}

/** Letters to insert, remove, replace or swap with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
	const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
	for (let i = 1; i <= a.length; i++) {
		const above = rows[i - 1] as number[];
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const same = a[i - 1] === b[j - 1];
			const swapped =
				i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
			row.push(
				Math.min(
					(above[j] as number) + 1,
					(row[j - 1] as number) + 1,
					(above[j - 1] as number) + (same ? 0 : 1),
					swapped
						? (rows[i - 2]?.[j - 2] as number) + 1
						: Number.POSITIVE_INFINITY,
				),
			);
		}
		rows.push(row);
	}
	return rows[a.length]?.[b.length] as number;
}
