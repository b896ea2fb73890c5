const WIDTH = 80;

/** Text in lines of 80 columns at most, words longer than that excepted. */
export function wrapped(text: string, indent: string, bullet = ""): string[] {
	const lines: string[] = [];
	let line = bullet;
	let room = WIDTH;
	for (const word of text.split(" ")) {
		const next =
			line === "" || line === bullet ? line + word : `${line} ${word}`;
		if (next.length > room && line !== "" && line !== bullet) {
			lines.push(line);
			line = indent + word;
			room = WIDTH;
		} else {
			line = next;
		}
	}
	lines.push(line);
	return bullet === ""
		? lines.map((each, i) => (i === 0 ? indent + each : each))
		: lines;
}
