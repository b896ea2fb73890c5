import { textWidth } from "./output.js";

/** Text in lines that fit the output, words longer than that excepted; the first begins with the bullet. */
export function wrapped(
	text: string,
	indent: string,
	bullet = indent,
): string[] {
	const width = textWidth();
	const [first = "", ...words] = text.split(" ");
	const lines: string[] = [];
	let line = bullet + first;
	for (const word of words) {
		if (line.length + 1 + word.length <= width) {
			line += ` ${word}`;
			continue;
		}
		lines.push(line);
		line = indent + word;
	}
	return [...lines, line];
}
